// The sample and the page `/_edgeswitch` in a real browser.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { openBrowser, startChromium, startLocal } from "./local.mjs";
import { startProject } from "./project.mjs";

const SCREENSHOTS = process.env.EDGESWITCH_SCREENSHOTS;
const [BLUE, GREEN] = ["41ab03d", "9f2c1e7"];
/** That of the sample, in milliseconds. */
const HARD_TTL = 5000;
const DESKTOP = { width: 1280, height: 1000 };
const PHONE = { width: 390, height: 844 };

/** A dozen releases in two slots, with ids as Git writes them. The sixth and the seventh share the traffic. */
const id = (number) => `${"a".repeat(11)}${number.toString(16)}${"0123456789abcdef01234567890b"}`;
const slot = (number) => (number % 2 ? "blue" : "green");
const MANY = {
  schema: 1,
  revision: 1,
  releases: Object.fromEntries(Array.from({ length: 12 }, (_, number) => [id(number),
    { prefix: `/releases/${id(number)}`, origins: { api: `${slot(number)}-alb.example.com` }, slot: slot(number) }])),
  rollout: "r1",
  stages: [{ from: "2026-11-01T00:00:00Z", weights: [[id(6), 70], [id(7), 30]] }],
};

let chromium, local, context, wrong;
before(async () => { chromium = await startChromium(); });
after(() => chromium.close());
beforeEach(() => start());

async function start(...options) {
  local = await startLocal(...options);
  ({ context, wrong } = await openBrowser(chromium, { viewport: DESKTOP, ignoreHTTPSErrors: true }));
}
afterEach(async () => {
  await context.close();
  await local.stop();
  assert.deepEqual(wrong, [], "nothing is wrong in any tab");
});

/** Comes back to a tab, as people do: browsers without a window do not say so by themselves. */
const back = (page) => page.evaluate(() => window.dispatchEvent(new Event("focus")));
/** Which bars show their labels; the others' are below them, out of sight. */
const labelled = (bars) => bars.map((bar) => {
  const text = document.createRange();
  text.selectNodeContents(bar);
  return text.getBoundingClientRect().bottom <= bar.getBoundingClientRect().bottom;
});
const shot = (page, name) => page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });

async function open(path = "") {
  const page = await context.newPage();
  await page.goto(local.url + path);
  return page;
}

/** The page, once it is told what there is. */
async function openPage() {
  const page = await open("_edgeswitch");
  await page.getByText("live").waitFor();
  await page.getByRole("cell", { name: `${GREEN} green` }).waitFor();
  return page;
}

/** The colour of a release in the table. */
const colourOf = (page, id) => page.locator(`#releases .release[title="${id}"]`)
  .evaluate((badge) => getComputedStyle(badge, "::before").backgroundColor);

/** Pictures of the whole page in both sizes and both themes. */
async function pictures(page, name) {
  for (const [size, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      assert.equal(await page.evaluate(overflow), 0, `nothing is cut off at the side: ${size} ${colorScheme}`);
      await shot(page, `${name}-${size}-${colorScheme}`);
    }
  }
  await page.setViewportSize(DESKTOP);
}
const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;

const release = (app) => app.locator("#release").textContent();
const backEnd = (app, colour) => app.getByText(`The ${colour} back end answered.`).waitFor();

/** Reloads until the page is of the wanted release: functions take up a plan within seconds. */
async function reloadUntil(app, wanted) {
  for (const deadline = Date.now() + 30_000; (await release(app)) !== wanted;) {
    assert.ok(Date.now() < deadline, `${wanted} is not taken up in time`);
    await app.reload();
  }
}

async function confirm(page) {
  await page.locator("#effects li").first().waitFor();
  const effects = await page.locator("#effects li").allTextContents();
  await page.locator("#write:enabled").click();
  await page.getByText(/Version \d+ of the plan is written\./).waitFor();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  return effects;
}

test("an open page keeps its release after a promote, and a reload changes it", async () => {
  const [app, page] = [await open(), await openPage()];
  assert.equal(await release(app), BLUE);
  await backEnd(app, "blue");
  await shot(app, "sample-blue");

  await page.getByRole("button", { name: `Promote ${GREEN}` }).click();
  await page.getByLabel("At once").check();
  await page.getByText("every edge location follows within").waitFor();
  await shot(page, "promote");
  const effects = await confirm(page);
  assert.match(effects[0], new RegExp(`^Everybody will get ${GREEN} at once`));

  await app.getByRole("button", { name: "Show the details" }).click();
  await app.getByText(`as release ${BLUE} (blue) tells it`).waitFor();
  await reloadUntil(app, GREEN);
  await backEnd(app, "green");
  await shot(app, "sample-green");
  await page.locator("#headline", { hasText: `${GREEN} (green) 100 %` }).waitFor();

  await page.getByRole("button", { name: `Roll back to ${BLUE}` }).click();
  await page.locator("#effects li").first().waitFor();
  assert.equal(await page.locator("#write").textContent(), `Roll back to ${BLUE}`);
  await shot(page, "roll-back");
  await confirm(page);
  await reloadUntil(app, BLUE);
});

test("two tabs on two releases go on with their own", async () => {
  const [older, page] = [await open(), await openPage()];
  await page.getByRole("button", { name: `Promote ${GREEN}` }).click();
  await page.getByLabel("At once").check();
  await page.getByText("every edge location follows within").waitFor();
  await confirm(page);
  const newer = await open();
  await reloadUntil(newer, GREEN);
  await older.getByRole("button", { name: "Show the details" }).click();
  await older.getByText(`as release ${BLUE} (blue) tells it`).waitFor();
  assert.equal(await release(older), BLUE);
});

test("a preview link shows one browser a release without traffic", async () => {
  const page = await openPage();
  const opened = context.waitForEvent("page");
  await page.getByRole("button", { name: `Preview ${GREEN}` }).click();
  const preview = await opened;
  await backEnd(preview, "green");
  assert.equal(await release(preview), GREEN);
  assert.ok(!preview.url().includes("__release"), "the token does not stay in the address");

  const other = await openBrowser(chromium, {});
  const stranger = await other.context.newPage();
  await stranger.goto(local.url);
  assert.equal(await release(stranger), BLUE, "nobody else sees it");
  await other.context.close();

  const end = page.getByRole("link", { name: `End my preview of ${GREEN}` });
  await page.bringToFront();
  await back(page);
  const ended = context.waitForEvent("page");
  await end.click();
  await backEnd(await ended, "blue");
  await back(page);
  await end.waitFor({ state: "hidden" });
});

test("a refused change can be made as soon as its time has come", async () => {
  const page = await openPage();
  await page.getByText("the plan does not say which release was active before").waitFor();
  assert.ok(await page.getByRole("button", { name: "Roll back" }).isDisabled());
  await page.getByRole("button", { name: `Canary ${GREEN}` }).click();
  await confirm(page);
  await page.getByRole("button", { name: `Promote ${GREEN}` }).click();
  await page.getByText("a change is under way").waitFor();
  const write = page.locator("#write");
  assert.ok(await write.isDisabled());
  await page.getByText(`Everybody will get ${GREEN}`).waitFor();
  await write.click();
  await page.getByText("Version 3 of the plan is written.").waitFor();
});

/** Gives GREEN half of the viewers, and sends a hundred. */
async function sendToBoth(page) {
  await page.getByRole("button", { name: `Canary ${GREEN}` }).click();
  await page.getByLabel("Share of viewers").fill("50");
  await page.getByText(`50 % of new viewers will get ${GREEN}`).waitFor();
  await confirm(page);
  await page.locator("#headline", { hasText: `${GREEN} (green) 50 %` }).waitFor();
  await page.getByRole("button", { name: "Send them" }).click();
  await page.getByText("100 viewers loaded a page.").waitFor();
}

test("the plot says in bars and in words what a canary gets", async () => {
  const page = await openPage();
  await sendToBoth(page);
  const words = page.locator("#traffic-text", { hasText: GREEN });
  await words.waitFor();
  const said = /^In the last five minutes: 100 requests, [\d.]+ % of them from a cache\. Page loads: 41ab03d (\d+) .*, 9f2c1e7 (\d+) /;
  const [, blue, green] = said.exec(await words.textContent()).map(Number);
  assert.equal(blue + green, 100);
  assert.ok(green >= 25 && green <= 75, `${green} of 100 viewers`);
  const bars = await page.locator("#share-plot rect").evaluateAll((all) => all.map((bar) => getComputedStyle(bar).fill));
  assert.ok(bars.includes(await colourOf(page, GREEN)), "a green bar");
  assert.ok(await page.locator("#hit-plot rect").count());
  await pictures(page, "page");
});

test("the page shows what viewers of each release got, by the access log", async () => {
  assert.ok(await (await openPage()).getByRole("region", { name: "What viewers got" }).isHidden(), "there is no log");
  await context.close();
  await local.stop();
  const logs = mkdtempSync(join(tmpdir(), "edgeswitch-logs-"));
  await start("--logs", logs);
  const page = await openPage();
  const section = page.getByRole("region", { name: "What viewers got" });
  await section.getByText("No request of a release yet").waitFor();
  const row = (name) => section.getByRole("row", { name });
  const app = await open();
  await backEnd(app, "blue");
  await row(/^Page loads 41ab03d 1 100.0 % 100.0 % 1 0 – – 0 % – \d+ \/ \d+ ms$/).waitFor();
  await row(/^Files 41ab03d [2-9] 100.0 % – 1 0 0 /).waitFor();
  await row(/^Data 41ab03d 1 /).waitFor();

  await sendToBoth(page);
  // 50 % of 100 page loads, and none of the first one.
  await row(/^Page loads 9f2c1e7 \d\d [3-6]\d\.\d % 49\.5 % \d\d 0 – – [\d.]+ % /).waitFor();
  await app.request.get(`${local.url}assets/none.js`);
  await row(/^Files 41ab03d .* 1 \(\d+ %\)/).waitFor();
  await pictures(page, "numbers");
  await section.screenshot({ path: `${SCREENSHOTS}/numbers-section.png` });
  await page.setViewportSize(PHONE);
  await section.screenshot({ path: `${SCREENSHOTS}/numbers-section-phone.png` });
  rmSync(logs, { recursive: true });
});

test("a request shows its way, its decision and its events", async () => {
  const [app, page] = [await open(), await openPage()];
  await backEnd(app, "blue");
  await page.getByPlaceholder("/api").fill("/api/products");
  const row = page.locator("#exchanges .row").first();
  await row.getByText("blue-alb.example.com/api/products: 200").waitFor();
  assert.match(await row.textContent(), /200 pin/);
  await row.click();
  await page.getByText(`pin: ${BLUE}`).waitFor();
  await app.reload();
  await page.locator("#exchanges > li").nth(1).waitFor();
  const focused = page.locator("#exchanges .row:focus[aria-expanded=true]");
  assert.equal(await focused.count(), 1, "a new request leaves the one that is read alone");
  await page.getByText(`+ x-bluegreen-release: ${BLUE}`).first().waitFor();
  await page.getByText("event").first().click();
  await page.locator("pre", { hasText: "d111111abcdef8.cloudfront.net" }).first().waitFor();
  await shot(page, "request");
  await page.getByLabel("Paths").fill("/*");
  await page.getByRole("button", { name: "Invalidate" }).click();
  await page.getByText(/\d+ objects removed\./).waitFor();
});

test("what is typed is what is written, however fast", async () => {
  const page = await openPage();
  await page.getByRole("button", { name: `Canary ${GREEN}` }).click();
  const [share, write] = [page.getByLabel("Share of viewers"), page.locator("#write")];
  await page.route("**/changes/check", async (route) => {
    if (route.request().postDataJSON().percent === 5) await new Promise((late) => setTimeout(late, 300));
    await route.continue();
  });
  await share.press("Control+a");
  await share.pressSequentially("50");
  await page.getByText(`50 % of new viewers will get ${GREEN}`).waitFor();
  await page.waitForTimeout(500);
  await page.getByText(`50 % of new viewers will get ${GREEN}`).waitFor();
  await share.fill("0.55");
  await page.getByText("`0.55` is not a share of viewers").waitFor();
  assert.ok(await write.isDisabled());
  await share.press("Enter");
  await share.fill("");
  await page.getByText("Type a share in percent, such as 10").waitFor();
  assert.ok(await write.isDisabled());
  await share.fill("0.5");
  await page.getByText(`0.5 % of new viewers will get ${GREEN}`).waitFor();
  assert.equal(await write.textContent(), `Give ${GREEN} 0.5 %`);
  await share.press("Enter");
  await page.getByText("Version 2 of the plan is written.").waitFor();
  await page.locator("#headline", { hasText: `${GREEN} (green) 0.5 %` }).waitFor();
  assert.deepEqual(await page.locator("#shares span").evaluateAll(labelled), [true, false], "no label is cut");
  await page.getByRole("button", { name: `Promote ${GREEN}` }).click();
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.locator("#version", { hasText: "version 2" }).waitFor();
});

test("focus and selection stay where they are while requests arrive and shares change", async () => {
  const [app, page] = [await open(), await openPage()];
  await page.locator("#exchanges .row").first().focus();
  const focused = () => page.evaluate(() => document.activeElement.className);
  await app.reload();
  await page.locator("#exchanges > li").nth(5).waitFor();
  assert.equal(await focused(), "row");

  await page.getByRole("button", { name: `Preview ${GREEN}` }).focus();
  const change = { kind: "canary", release: GREEN, percent: 10, version: 1 };
  const written = await page.evaluate(async (body) => (await fetch("/_edgeswitch/api/changes",
    { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).status, change);
  assert.equal(written, 200);
  await page.getByRole("cell", { name: "10 %" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), `Preview ${GREEN}`);

  await page.getByText("The parameter, version 2").click();
  await page.evaluate(() => getSelection().selectAllChildren(document.getElementById("parameter")));
  await page.waitForTimeout(1500);
  assert.match(await page.evaluate(() => String(getSelection())), /"revision": ?2/);
});

test("a fault is switched for every tab, and holds what is written back past the hard TTL", async () => {
  const [app, page, other] = [await open(), await openPage(), await openPage()];
  await page.getByLabel("Throttled").check();
  await other.locator("#fault-throttled:checked").waitFor();
  await other.getByText("Faults of the parameter store: Throttled").waitFor();
  await page.getByRole("button", { name: `Promote ${GREEN}` }).click();
  await page.getByLabel("At once").check();
  await page.getByText("every edge location follows within").waitFor();
  await confirm(page);
  await page.waitForTimeout(HARD_TTL + 1000);
  await app.reload();
  assert.equal(await release(app), BLUE, "the last good plan");
  await page.locator("#known dd", { hasText: /revision 1, read \d+ s ago: expired/ }).first().waitFor();
  await page.getByText("the last read failed: throttled").first().waitFor();
  await page.getByLabel("Throttled").uncheck();
  await reloadUntil(app, GREEN);
});

test("the page is used by keyboard, and fits a phone in the dark", async () => {
  const page = await openPage();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the requests");
  await page.getByRole("button", { name: `Promote ${GREEN}` }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.locator("#version", { hasText: "version 1" }).waitFor();

  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await backEnd(await open(), "blue");
  const row = page.locator("#exchanges .row", { hasText: "/index.html" });
  await row.click();
  await page.getByText("kept for 1 year").last().waitFor();
  assert.ok(await row.locator(".when").isVisible());
  const cut = (lines) => lines.filter((line) => line.scrollWidth > line.clientWidth).length;
  assert.equal(await page.locator("#exchanges h3").evaluateAll(cut), 0);
  assert.equal(await page.evaluate(overflow), 0, "nothing is cut off at the side");
  await shot(page, "page-phone-dark");
});

test("ids of forty digits fit a phone, and no two releases look alike", async () => {
  await context.close();
  await local.stop();
  const project = await startProject({ plan: MANY });
  local = { url: project.url, stop: () => project.stop() };
  ({ context, wrong } = await openBrowser(chromium, { viewport: DESKTOP }));
  const page = await open("_edgeswitch");
  await page.locator("#releases tr").nth(11).waitFor();
  assert.match(await page.locator("#releases tr").first().textContent(), /^a{11}6 greenactive/, "the active one is on top");
  const colours = await Promise.all(Object.keys(MANY.releases).map((id) => colourOf(page, id)));
  assert.equal(new Set(colours).size, 12);
  await page.getByRole("button", { name: "Send them" }).click();
  await page.getByText("100 viewers loaded a page.").waitFor();
  await page.locator("#traffic-text", { hasText: "100 requests" }).waitFor();
  await pictures(page, "page-long-ids");

  await page.setViewportSize(PHONE);
  const tops = (buttons) => buttons.map((button) => button.getBoundingClientRect().top);
  for (const row of await page.locator("#releases .actions").all()) {
    assert.equal(new Set(await row.locator("button").evaluateAll(tops)).size, 1, "one row of buttons for each release");
  }
  await page.getByRole("button", { name: "Promote aaaaaaaaaaa4" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Promote aaaaaaaaaaa4" }).waitFor();
  await page.locator("#effects li").first().waitFor();
  for (const choice of await page.locator(".choice").all()) {
    const [button, text] = [await choice.locator("input").boundingBox(), await choice.locator("span").boundingBox()];
    assert.ok(button.x + button.width < text.x, "the text stays beside its button");
  }
  await page.screenshot({ path: `${SCREENSHOTS}/promote-phone.png` });
  assert.equal(await page.evaluate(overflow), 0);
});

test("with TLS the page answers and writes as well", async () => {
  await context.close();
  await local.stop();
  await start("--tls");
  assert.match(local.url, /^https:/);
  const page = await openPage();
  await page.getByRole("button", { name: `Canary ${GREEN}` }).click();
  await confirm(page);
  await backEnd(await open(), "blue");
});

test("the section of the load balancer shows its weights, and a canary moves them", async () => {
  await context.close();
  await local.stop();
  await start("--load-balancer");
  const [app, page] = [await open(), await openPage()];
  await backEnd(app, "blue");
  const section = page.getByRole("region", { name: "Load balancer" });
  const group = (name) => section.getByRole("row", { name });
  await group(/^blue \d+ \(100 %\) 100 %/).waitFor();
  await group(/^green 0 \(0 %\) 0 %/).waitFor();

  await promisify(execFile)(process.env.EDGESWITCH, ["canary", GREEN, "--weight", "50", "-y", ...local.project]);
  await group(/^green \d+ \(50 %\)/).waitFor();
  const url = await section.getByRole("link").getAttribute("href");
  for (let viewer = 0; viewer < 100; viewer += 1) await (await fetch(`${url}api/products`)).text();
  await group(/^green \d+ \(50 %\) (?!0 %)[\d.]+ %/).waitFor();
  const words = await section.getByRole("img").getAttribute("aria-label");
  const [, green] = /^Requests in the last five minutes: blue \d+, green (\d+)$/.exec(words).map(Number);
  assert.ok(green >= 25 && green <= 75, `${green} of 100 requests`);
  await pictures(page, "load-balancer");
});

test("the guard stops a ramp whose alarm is switched on", async () => {
  await context.close();
  await local.stop();
  const project = await startProject({ dev: 'guard = true\nalarms = ["shop-5xx", "shop-latency"]' });
  local = { url: project.url, stop: () => project.stop() };
  ({ context, wrong } = await openBrowser(chromium, { viewport: DESKTOP }));
  const page = await open("_edgeswitch");
  const section = page.getByRole("region", { name: "Guard and alarms" });
  await section.getByText(/^The guard ran at [\d:]+ UTC\. It holds no ramp\.$/).waitFor();
  await project.change("ramp", "b2", "--steps", "50,100", "--every", "1h", "--alarm", "shop-5xx", "--guarded");
  await section.getByText(/It holds the ramp of b2\.$/).waitFor();
  await page.locator("#headline", { hasText: "b2 (green) 50 %" }).waitFor();

  const alarm = section.getByRole("switch", { name: "shop-5xx" });
  await alarm.focus();
  await page.keyboard.press("Space");
  await section.getByText(/rollback to a1: alarm `shop-5xx`: switched on/).waitFor();
  await page.locator("#headline", { hasText: /^a1 \(blue\) 100\s%$/ }).waitFor();
  await section.getByText("ALARM", { exact: true }).waitFor();
  assert.ok(await alarm.evaluate((box) => box === document.activeElement), "the switch keeps focus");
  assert.ok(await alarm.isChecked());
  await pictures(page, "guard");
  await alarm.uncheck();
  await section.getByText("switched off").waitFor();
});
