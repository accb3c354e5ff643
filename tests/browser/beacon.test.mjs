// The beacon in a real browser: what pages tell the access log, and what they keep to themselves.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, before, test as it } from "node:test";
import { startChromium } from "./local.mjs";
import { startProject } from "./project.mjs";

const { minify } = createRequire(`${process.env.EDGESWITCH_TOOLS}/browser/`)("terser");
const SOURCE = readFileSync("deploy/beacon/beacon.js", "utf8");
const SCRIPT = readFileSync("deploy/beacon/beacon.min.js", "utf8");
const test = (name, body) => it(name, { timeout: 60_000 }, body);

/** A page whose first script is the beacon. */
const page = (attributes, body = "") => `<!doctype html>
<link rel="icon" href="data:,">
<script src="/beacon.min.js" ${attributes}></script>
<body><p>shop</p>${body}`;

const FILES = {
  "beacon.min.js": SCRIPT,
  "index.html": page(`data-release="a1"`),
  "unnamed.html": page(""),
  "pinned.html": page("").replace("/beacon", "/_r/a1/beacon"),
  "none.html": page(`data-release="a1" data-sample="0"`),
  "elsewhere.html": page(`data-release="a1" data-beacon="/elsewhere"`),
  "lost.html": page(`data-release="a1"`, `
    <link rel="stylesheet" href="/assets/lost.css">
    <script src="/assets/lost.js"></script>
    <script src="http://127.0.0.1:9/blocked.js"></script>
    <img alt="" src="/assets/lost.png">`),
  "blocked.html": page(`data-release="a1"`, `
    <script src="http://127.0.0.1:9/blocked.js"></script>
    <img alt="" src="/assets/lost.png">`),
  "shifting.html": page(`data-release="a1"`, `
    <button onclick="for (const end = performance.now() + 200; performance.now() < end;);">slow</button>
    <script>
      addEventListener("load", () => setTimeout(() => document.body.prepend(
        Object.assign(document.createElement("div"), { style: "height: 300px" })), 50));
    </script>`),
};

let chromium, project, context, beacons;
before(async () => {
  chromium = await startChromium();
  project = await startProject({ observe: `beacon = "/_b"`, more: FILES });
});
after(async () => {
  await project.stop();
  await chromium.close();
});
afterEach(() => context.close());

async function open(path = "") {
  context = await chromium.newContext();
  beacons = [];
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname === "/_b") beacons.push(Object.fromEntries(url.searchParams));
  });
  const page = await context.newPage();
  await page.goto(project.url + path, { waitUntil: "load" });
  return page;
}

/** The kinds that were sent, once all requests of `page` are answered. */
async function kinds(page) {
  await page.waitForLoadState("networkidle");
  return beacons.map(({ k }) => k);
}

/** Throws outside of any caller, as a page's own scripts do. */
const fail = (page, ...messages) => page.evaluate((messages) => {
  for (const message of messages) setTimeout(() => { throw new Error(message); });
}, messages);

test("the minified script is made of the source, and is smaller than a kilobyte", async () => {
  context = await chromium.newContext();
  const { code } = await minify(SOURCE, { ecma: 2020, compress: { passes: 3 }, mangle: true });
  assert.equal(SCRIPT.trim(), code);
  assert.ok(Buffer.byteLength(SCRIPT) < 1024, `${Buffer.byteLength(SCRIPT)} bytes`);
});

test("an error is told once, without addresses, and cut", async () => {
  const page = await open();
  const token = `see https://shop.example.com/?token=secret ${"x".repeat(300)}`;
  await fail(page, "no cart", "no cart", token);
  await page.waitForEvent("response", (response) => response.url().includes("xxx"));
  assert.deepEqual(beacons[0], { k: "error", r: "a1", s: "100", t: "Error: no cart" });
  assert.equal(beacons.length, 2);
  assert.match(beacons[1].t, /^Error: see {2}x+$/);
  assert.equal(beacons[1].t.length, 200);
});

test("the answer is empty, is not kept, and sets no cookie", async () => {
  const page = await open();
  const answer = page.waitForEvent("response", (response) => response.url().includes("/_b?"));
  await fail(page, "no cart");
  const [status, headers] = [(await answer).status(), await (await answer).allHeaders()];
  assert.deepEqual([status, headers["cache-control"], headers["set-cookie"]], [204, "no-store", undefined]);
});

test("a rejected promise that nobody handles is told", async () => {
  const page = await open();
  await page.evaluate(() => { Promise.reject(new TypeError("no stock")); });
  assert.deepEqual(await kinds(page), ["unhandledrejection"]);
  assert.equal(beacons[0].t, "TypeError: no stock");
});

test("chunks that do not load are told once a page", async () => {
  const page = await open();
  await page.evaluate(() => { import("/assets/lost-chunk.js"); });
  await page.evaluate(() => { dispatchEvent(new Event("vite:preloadError")); });
  await page.evaluate(() => {
    Promise.reject(Object.assign(new Error("Loading chunk 5 failed"), { name: "ChunkLoadError" }));
  });
  assert.deepEqual(await kinds(page), ["chunk"]);
  assert.deepEqual(beacons, [{ k: "chunk", r: "a1", s: "100", t: "" }]);
});

test("each way in which a chunk is missing is told", async () => {
  const ways = {
    import: () => { import("/assets/lost-chunk.js"); },
    vite: () => { dispatchEvent(new Event("vite:preloadError")); },
    webpack: () => { Promise.reject(Object.assign(new Error("Loading chunk 5"), { name: "ChunkLoadError" })); },
  };
  for (const [name, way] of Object.entries(ways)) {
    const page = await open();
    await page.evaluate(way);
    assert.deepEqual(await kinds(page), ["chunk"], name);
    await context.close();
  }
});

test("a script or style of the site that does not load is told, and nothing else that does not load", async () => {
  assert.deepEqual(await kinds(await open("lost.html")), ["chunk"]);
  await context.close();
  assert.deepEqual(await kinds(await open("blocked.html")), [], "an ad blocker's work, and an image");
});

test("a page tells at most five times", async () => {
  const page = await open();
  await fail(page, ...Array.from({ length: 12 }, (_, number) => `error ${number}`));
  assert.equal((await kinds(page)).length, 5);
});

test("a page that is not in the sample tells nothing", async () => {
  const page = await open("none.html");
  await fail(page, "no cart");
  assert.deepEqual(await kinds(page), []);
});

test("another path can be given", async () => {
  const page = await open("elsewhere.html");
  const sent = page.waitForRequest((request) => request.url().includes("/elsewhere?k=error"));
  await fail(page, "no cart");
  await sent;
  assert.deepEqual(await kinds(page), []);
});

test("the release is that of the attribute, else that of the path pin, else not known", async () => {
  for (const [path, release] of [["", "a1"], ["pinned.html", "a1"], ["unnamed.html", ""]]) {
    const page = await open(path);
    await fail(page, "no cart");
    await kinds(page);
    assert.deepEqual(beacons.map(({ r }) => r), [release], path);
    await context.close();
  }
});

test("a page that is left tells how fast it was, once", async () => {
  const page = await open("shifting.html");
  await page.locator("div").waitFor({ state: "attached" });
  await page.getByText("slow").click();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300))));
  const left = context.waitForEvent("request", (request) => request.url().includes("k=vitals"));
  await page.goto("about:blank");
  await left;
  assert.equal(beacons.length, 1);
  const [{ k, r, lcp, inp, cls }] = beacons;
  assert.deepEqual([k, r], ["vitals", "a1"]);
  assert.ok(lcp > 0 && lcp < 60_000, `lcp ${lcp}`);
  assert.ok(inp >= 200 && inp < 10_000, `inp ${inp}`);
  assert.ok(cls > 0 && cls < 5000, `cls ${cls}`);
});
