// What viewers saw go wrong in the field, in a real browser: each test is one viewer at a release.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, afterEach, before, test as it } from "node:test";
import { startChromium } from "./local.mjs";
import { startProject } from "./project.mjs";

const WEEK = 7 * 24 * 3600;
const SECONDS = 1000;
const test = (name, body) => it(name, { timeout: 90 * SECONDS }, body);

let chromium, project, context;
const closing = [];
before(async () => { chromium = await startChromium(); });
after(() => chromium.close());
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The shop with a1 active, and a viewer who has never been there. */
async function start(options) {
  project = await startProject(options);
  closing.push(project.stop);
  context = await chromium.newContext();
  closing.push(() => context.close());
}

async function open(path = "") {
  const page = await context.newPage();
  await page.goto(project.url + path);
  return page;
}

/** Another site: `127.0.0.1` is not `localhost`. */
async function openOtherSite(html) {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><link rel="icon" href="data:,">${html}`);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  server.unref();
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}/`;
}

const release = (page) => page.evaluate(() => document.body.dataset.release);
const env = (page) => page.evaluate(() => window.ENV);
const chunk = (page) => page.evaluate(() => window.lazy());
const backEnd = (page) => page.evaluate(async () => (await (await fetch("/api/x")).json()).name);
const cookie = async () => (await context.cookies(project.url)).find(({ name }) => name === "release");
const givenRelease = async () => (await cookie())?.value.split(".")[0];
const prefetchRules = (url) => `<script type="speculationrules">
  ${JSON.stringify({ prefetch: [{ urls: [url], eagerness: "immediate" }] })}</script>`;

test("a reload renews the cookie for a week", async () => {
  await start();
  const page = await open();
  const first = await cookie();
  assert.ok(Math.abs(first.expires - Date.now() / SECONDS - WEEK) < 60, "a week");
  await page.reload();
  assert.ok((await cookie()).expires > first.expires, "the reload's answer brings it again");
});

test("after a promote the new page runs no file of the old one", async () => {
  await start();
  const page = await open();
  assert.deepEqual([await release(page), await env(page)], ["a1", "a1"]);
  await project.promote("b2");
  await page.goto(`${project.url}cart`);
  assert.deepEqual([await release(page), await env(page), await backEnd(page)], ["b2", "b2", "green"]);
});

test("an open page keeps its chunks and its API after a promote and a rollback", async () => {
  await start();
  const older = await open();
  await project.promote("b2");
  assert.deepEqual([await chunk(older), await backEnd(older)], ["lazy of a1", "blue"]);
  await context.clearCookies();
  const newer = await open();
  await project.rollBack("a1");
  assert.deepEqual([await chunk(newer), await backEnd(newer)], ["lazy of b2", "green"]);
});

test("a socket of an open page reaches the page's own back end", async () => {
  await start();
  const page = await open();
  await project.promote("b2");
  await page.evaluate(() => { new WebSocket(`${location.origin.replace("http", "ws")}/api/live`); });
  const first = await Promise.race(project.backEnds.map((one) => one.wasAsked("/api/live")));
  assert.equal(first, "blue");
});

for (const [name, attributes] of [["a link", ""], ["a link with `download`", "download"]]) {
  test(`a download by ${name} is the open page's, and the page keeps its back end`, async () => {
    await start();
    const page = await open();
    await project.promote("b2");
    const before = await cookie();
    await page.evaluate((html) => document.body.insertAdjacentHTML("beforeend", html),
      `<a id="export" href="/api/export.csv" ${attributes}>Export</a>`);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export")]);
    assert.equal(await readFile(await download.path(), "utf8"), "back end\nblue\n");
    assert.deepEqual(await cookie(), before);
    assert.deepEqual([await release(page), await backEnd(page)], ["a1", "blue"]);
  });
}

test("a back end's page in another tab is the open page's, and changes nothing for it", async () => {
  await start();
  const page = await open();
  await project.promote("b2");
  const before = await cookie();
  const other = await open("api/page");
  assert.equal(await other.locator("h1").textContent(), "blue");
  assert.deepEqual(await cookie(), before);
  assert.equal(await backEnd(page), "blue");
});

/** Does what makes the page prefetch another one, and waits until it has. */
async function prefetched(page, act) {
  const debug = await context.newCDPSession(page);
  const ready = new Promise((resolve, reject) => {
    debug.on("Preload.prefetchStatusUpdated", ({ status, prefetchStatus }) => {
      if (status === "Ready") resolve();
      if (status === "Failure") reject(new Error(`prefetch: ${prefetchStatus}`));
    });
  });
  await debug.send("Preload.enable");
  await Promise.all([ready, act()]);
}
const wasPrefetched = (page) =>
  page.evaluate(() => performance.getEntriesByType("navigation")[0].deliveryType === "navigational-prefetch");

test("a first page that another site has prefetched keeps its release and its API", async () => {
  await start();
  const landing = `${project.url}landing`;
  const page = await context.newPage();
  const site = await openOtherSite(`${prefetchRules(landing)}<a id="go" href="${landing}">go</a>`);
  await prefetched(page, () => page.goto(site));
  await project.promote("b2");
  await page.click("#go");
  await page.waitForURL(landing);
  assert.ok(await wasPrefetched(page));
  assert.deepEqual([await release(page), await givenRelease()], ["a1", "a1"]);
  assert.deepEqual([await chunk(page), await backEnd(page)], ["lazy of a1", "blue"]);
});

test("a page that an open page prefetches after a promote is the open page's", async () => {
  await start();
  const page = await open();
  await project.promote("b2");
  await prefetched(page, () => page.evaluate((html) => {
    document.head.append(document.createRange().createContextualFragment(html));
  }, `${prefetchRules("/cart")}<a id="go" href="/cart">go</a>`));
  assert.deepEqual([await backEnd(page), await givenRelease()], ["blue", "a1"]);
  await page.evaluate(() => document.getElementById("go").click());
  await page.waitForURL("**/cart");
  assert.ok(await wasPrefetched(page));
  assert.deepEqual([await release(page), await env(page), await backEnd(page)], ["a1", "a1", "blue"]);
});

/** Checks for an update, and waits until one that was found is installed and in charge. */
async function updateApplication() {
  const registration = await navigator.serviceWorker.ready;
  await registration.update();
  const found = registration.installing ?? registration.waiting ?? registration.active;
  const isSettled = () => ["activated", "redundant"].includes(found.state);
  await new Promise((resolve) => {
    found.addEventListener("statechange", () => isSettled() && resolve());
    if (isSettled()) resolve();
  });
}

test("an installed application moves to the new release after a promote, and back after a rollback", async () => {
  await start();
  const page = await open();
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/sw.js");
    await navigator.serviceWorker.ready;
  });
  for (const [change, wanted, api] of [["promote", "b2", "green"], ["rollBack", "a1", "blue"]]) {
    await project[change](wanted);
    const deadline = Date.now() + 30 * SECONDS;
    do {
      assert.ok(Date.now() < deadline, `the application is not on ${wanted} in time`);
      await page.goto(`${project.url}cart`);
      await page.evaluate(updateApplication);
    } while ((await release(page)) !== wanted);
    assert.deepEqual([await env(page), await backEnd(page), await givenRelease()], [wanted, api, wanted]);
  }
});

test("an application in a frame of another site keeps its API, and moves with its next load", async () => {
  await start({ cookies: "partitioned = true" });
  const page = await context.newPage();
  await page.goto(await openOtherSite(`<iframe name="shop" src="${project.url}"></iframe>`));
  const shop = () => page.frame("shop");
  assert.equal(await release(shop()), "a1");
  const { sameSite, partitionKey } = await cookie();
  assert.equal(sameSite, "None");
  assert.ok(partitionKey, "the cookie is the frame's, not that of a visit without it");
  await project.promote("b2");
  assert.deepEqual([await chunk(shop()), await backEnd(shop())], ["lazy of a1", "blue"]);
  await page.reload();
  assert.deepEqual([await release(shop()), await backEnd(shop())], ["b2", "green"]);
});
