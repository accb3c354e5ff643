// The reports of `edgeswitch gate`, `observe` and `forecast` in a real browser: they load nothing, and can be read on a
// desktop and on a phone.
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
  "cs(User-Agent)", "cs(Cookie)", "sc-content-type", "x-edge-result-type", "time-to-first-byte", "origin-fbl"];

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

/** New viewers in each minute, with a file and a call of each. One in eight calls of b2 fails. */
function rows() {
  const lines = [`#Version: 1.0`, `#Fields: ${FIELDS.join(" ")}`];
  for (let minute = 0; minute < MINUTES; minute++) {
    for (let viewer = 0; viewer < VIEWERS; viewer++) {
      const number = minute * VIEWERS + viewer;
      const release = (viewer * 7 + minute) % 100 < (minute < 20 ? 10 : 25) ? "b2" : "a1";
      const [date, time] = new Date(began + minute * MINUTE + viewer * 900).toISOString().split(/[T.]/);
      const row = (what, path, cookie, type, status, result, first, origin) => lines.push([date, time,
        `${what}-${number}`, `10.${number >> 16}.${number >> 8 & 255}.${number & 255}`, "GET", path, status,
        "Mozilla/5.0", cookie, `${type};%20release=${release}`, result, first, origin].join("\t"));
      const isHit = number % 3 > 0;
      const isSlow = release === "b2" && number % 5 === 0;
      row("page", "/cart", "-", "text/html", 200, isHit ? "Hit" : "Miss", isHit ? "0.006" : isSlow ? "0.9" : "0.140",
        isHit ? "-" : isSlow ? "0.85" : "0.110");
      const cookie = `release=${release}.r2-1`;
      row("file", "/app.js", cookie, "text/javascript", 200, "Hit", "0.002", "-");
      const isBad = number % (release === "b2" ? 8 : 90) === 0;
      row("data", "/api/cart", cookie, "text/html", isBad ? 503 : 200, isBad ? "Error" : "Miss", "0.080", "0.060");
    }
  }
  return `${lines.join("\n")}\n`;
}

let chromium, project, folder, gate, observe, forecast;
before(async () => {
  chromium = await startChromium();
  project = await startProject({ plan: PLAN });
  folder = mkdtempSync(join(tmpdir(), "edgeswitch-report-"));
  const log = join(folder, "a.log");
  writeFileSync(log, rows());
  gate = await reported("gate", "b2", "--logs", log, "--lateness", "0s");
  const plans = join(folder, "plans.json");
  writeFileSync(plans, JSON.stringify({ schema: 1, versions: [{ at: moment(-9), plan: JSON.stringify(PLAN) }] }));
  observe = await reported("observe", "--logs", log, "--plans", plans);
  forecast = await reported("forecast", "canary");
});
after(async () => {
  await project.stop();
  await chromium.close();
  rmSync(folder, { recursive: true });
});

/** Runs a command that writes a report. */
async function reported(name, ...options) {
  const file = join(folder, `${name}.html`);
  const ran = await project.run(name, ...options, "--report", file);
  return { ...ran, url: pathToFileURL(file).href };
}
const reports = () => [["gate", gate], ["observe", observe], ["forecast", forecast]];

test("the verdict has an exit code, and the report says the same", async () => {
  assert.equal(gate.code, 4, gate.stderr);
  const { page, wrong, close } = await open(gate);
  const verdict = await page.locator(".verdict.worse").textContent();
  assert.equal(verdict, gate.stdout.split("\n")[0]);
  assert.equal(await page.locator("figure svg").count(), 4);
  assert.deepEqual(wrong, []);
  await close();
});

test("observe says the same of the trial as gate", async () => {
  assert.equal(observe.code, 0, observe.stderr);
  const { page, wrong, close } = await open(observe);
  await page.getByText(/^b2 beside a1, from /).waitFor();
  const verdict = await page.locator(".verdict.worse").textContent();
  assert.match(verdict, /^worse: \d+ viewers of the candidate had a server error, \d+ of the active release/);
  assert.equal(await page.locator("figure svg").count(), 4);
  assert.deepEqual(wrong, []);
  await close();
});

test("each chart has a name, a key and its numbers in a table", async () => {
  for (const [name, report] of reports()) {
    const { page, close } = await open(report);
    for (const figure of await page.locator("figure").all()) {
      const caption = await figure.locator("figcaption").evaluate((words) => words.firstChild.textContent.trim());
      await figure.getByRole("img", { name: caption, exact: true }).waitFor();
      assert.ok(await figure.locator(".key li").count() > 0, `${name}: ${caption}`);
      const numbers = figure.locator("details");
      if (await numbers.count() === 0) continue;
      await numbers.locator("summary").click();
      assert.ok(await numbers.getByRole("row").count() > 2, `${name}: ${caption}`);
    }
    await close();
  }
});

test("charts without numbers of their own stand beside a table", async () => {
  for (const [report, table, row] of [[gate, "Times that", /^page b2 489 /], [observe, "Times that", /^page b2 489 /],
    [forecast, "After so long,", /^CloudFront flip after \d+ s [\dm s]+ /]]) {
    const { page, close } = await open(report);
    await page.getByRole("table", { name: table }).getByRole("row", { name: row }).waitFor();
    await close();
  }
});

for (const [size, viewport, colorScheme] of [
  ["desktop", { width: 1280, height: 900 }, "light"], ["desktop-dark", { width: 1280, height: 900 }, "dark"],
  ["phone", { width: 390, height: 844 }, "dark"], ["small-phone", { width: 320, height: 640 }, "light"],
]) {
  test(`the reports fit a ${size}`, async () => {
    for (const [name, report] of reports()) {
      const { page, requests, close } = await open(report, { viewport, colorScheme });
      for (const summary of await page.locator("summary").all()) await summary.click();
      const { wide, ink, paper } = await page.evaluate(() => ({
        wide: [...document.querySelectorAll("html, body, body :not(svg *)")]
          .filter((one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth).map((one) => one.outerHTML.slice(0, 80)),
        ink: luminance(getComputedStyle(document.body).color),
        paper: luminance(getComputedStyle(document.body).backgroundColor),
      }));
      assert.deepEqual(wide, [], `${name}: nothing scrolls sideways`);
      assert.ok(colorScheme === "dark" ? ink > 200 && paper < 50 : ink < 50 && paper > 200, `${name}: ${ink} on ${paper}`);
      assert.deepEqual(requests, [report.url]);
      const letters = await page.locator("svg text").evaluateAll((all) => all.map((text) => text.getBoundingClientRect().height));
      assert.ok(Math.min(...letters) >= 10, `${name}: letters of ${Math.min(...letters)} pixels`);
      await page.screenshot({ path: `${SCREENSHOTS}/${name}-numbers-${size}.png`, fullPage: true });
      for (const summary of await page.locator("summary").all()) await summary.click();
      await page.screenshot({ path: `${SCREENSHOTS}/${name}-${size}.png`, fullPage: true });
      await close();
    }
  });
}

test("the reports can be printed", async () => {
  for (const [name, report] of reports()) {
    const { page, close } = await open(report);
    const pdf = await page.pdf({ format: "A4", path: `${SCREENSHOTS}/${name}.pdf` });
    assert.ok(pdf.length > 10_000, `${name}: ${pdf.length} bytes`);
    await close();
  }
});

async function open({ url }, options = {}) {
  const { context, wrong } = await openBrowser(chromium, options);
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.luminance = (color) => Math.max(...color.match(/\d+/g).map(Number));
  });
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, wrong, requests, close: () => context.close() };
}
