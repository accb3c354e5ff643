// The report of `edgeswitch gate` in a real browser: it loads nothing, and can be read on a desktop and a phone.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { openBrowser, startChromium } from "./local.mjs";
import { RELEASES, startProject } from "./project.mjs";

const SCREENSHOTS = process.env.EDGESWITCH_SCREENSHOTS;
const MINUTE = 60_000;
const MINUTES = 45;
const VIEWERS = 60;
const FIELDS = ["date", "time", "x-edge-request-id", "c-ip", "cs-method", "cs-uri-stem", "sc-status",
  "cs(User-Agent)", "sc-content-type", "x-edge-result-type", "time-to-first-byte", "origin-fbl"];

/** b2 has had 10 %, and 25 % after twenty minutes. */
const began = Math.floor(Date.now() / MINUTE) * MINUTE - MINUTES * MINUTE;
const moment = (minutes) => new Date(began + minutes * MINUTE).toISOString();
const PLAN = {
  schema: 1,
  revision: 3,
  releases: RELEASES,
  rollout: "r2",
  stages: [
    { from: "2026-01-01T00:00:00Z", weights: [["a1", 100]] },
    { from: moment(0), weights: [["a1", 90], ["b2", 10]] },
    { from: moment(20), weights: [["a1", 75], ["b2", 25]] },
  ],
};

/** New viewers in each minute, and a call of each. One in eight calls of b2 fails. */
function log() {
  const lines = [`#Version: 1.0`, `#Fields: ${FIELDS.join(" ")}`];
  for (let minute = 0; minute < MINUTES; minute++) {
    for (let viewer = 0; viewer < VIEWERS; viewer++) {
      const number = minute * VIEWERS + viewer;
      const release = (viewer * 7 + minute) % 100 < (minute < 20 ? 10 : 25) ? "b2" : "a1";
      const [date, time] = new Date(began + minute * MINUTE + viewer * 900).toISOString().split(/[T.]/);
      const row = (what, path, status, result, first, origin) => lines.push([date, time, `${what}-${number}`,
        `10.${number >> 16}.${number >> 8 & 255}.${number & 255}`, "GET", path, status, "Mozilla/5.0",
        `text/html;%20release=${release}`, result, first, origin].join("\t"));
      const isHit = number % 3 > 0;
      row("page", "/cart", 200, isHit ? "Hit" : "Miss", isHit ? "0.006" : "0.140", isHit ? "-" : "0.110");
      const isBad = number % (release === "b2" ? 8 : 90) === 0;
      row("data", "/api/cart", isBad ? 503 : 200, isBad ? "Error" : "Miss", "0.080", "0.060");
    }
  }
  return `${lines.join("\n")}\n`;
}

let chromium, project, folder, report, printed;
before(async () => {
  chromium = await startChromium();
  project = await startProject({ plan: PLAN });
  folder = mkdtempSync(join(tmpdir(), "edgeswitch-report-"));
  report = join(folder, "gate.html");
  writeFileSync(join(folder, "a.log"), log());
  const options = ["--logs", join(folder, "a.log"), "--lateness", "0s", "--report", report];
  printed = await project.run("gate", "b2", ...options);
});
after(async () => {
  await project.stop();
  await chromium.close();
  rmSync(folder, { recursive: true });
});

test("the verdict has an exit code, and the report says the same", async () => {
  assert.equal(printed.code, 4, printed.stderr);
  const { page, wrong, close } = await open({});
  const verdict = await page.locator(".verdict.worse").textContent();
  assert.equal(verdict, printed.stdout.split("\n")[0]);
  assert.equal(await page.locator("svg").count(), 3);
  assert.deepEqual(wrong, []);
  await close();
});

for (const [name, viewport, colorScheme] of [
  ["desktop", { width: 1280, height: 900 }, "light"], ["desktop-dark", { width: 1280, height: 900 }, "dark"],
  ["phone", { width: 390, height: 844 }, "dark"],
]) {
  test(`the report fits a ${name}`, async () => {
    const { page, requests, close } = await open({ viewport, colorScheme });
    const { width, ink } = await page.evaluate(() => ({
      width: document.scrollingElement.scrollWidth,
      ink: getComputedStyle(document.body).color,
    }));
    assert.ok(width <= viewport.width, `${width} pixels wide`);
    assert.equal(ink, colorScheme === "dark" ? "rgb(255, 255, 255)" : "rgb(0, 0, 0)");
    assert.deepEqual(requests, [pathToFileURL(report).href]);
    await page.screenshot({ path: `${SCREENSHOTS}/gate-${name}.png`, fullPage: true });
    await close();
  });
}

test("the report can be printed", async () => {
  const { page, close } = await open({});
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 10_000, `${pdf.length} bytes`);
  await close();
});

async function open(options) {
  const { context, wrong } = await openBrowser(chromium, options);
  const page = await context.newPage();
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(report).href);
  return { page, wrong, requests, close: () => context.close() };
}
