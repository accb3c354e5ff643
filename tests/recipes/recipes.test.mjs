// The recipes of docs/recipes.md, built with the real tools, in Chromium behind the local CloudFront.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { RECIPES, build, startChromium, startServer, startShop, until } from "./local.mjs";

const [BLUE, GREEN] = ["a1", "b2"];
const OVERRIDES = `[override]\npolicy = "known-release"\n`;
const PAGE_LOAD = { headers: { accept: "text/html" } };

let chromium;
const builds = new Map();
before(async () => { chromium = await startChromium(); });
after(async () => {
  await chromium.close();
  for (const { remove } of builds.values()) await remove();
});

/** Builds `app` as both releases, once, and runs it. */
async function serve(t, app, output, options) {
  if (!builds.has(app)) builds.set(app, await build(app, output, [BLUE, GREEN]));
  const shop = await open(t, options);
  const { outputs } = builds.get(app);
  for (const [release, folder] of outputs) await shop.upload(release, folder);
  return shop;
}

async function open(t, { browser, config } = {}) {
  const shop = await startShop(config);
  t.after(shop.stop);
  const context = await chromium.newContext(browser);
  t.after(() => context.close());
  const visit = async (path = "") => {
    const page = await context.newPage();
    await page.goto(shop.url + path);
    return page;
  };
  return { ...shop, context, visit };
}

const says = (page, selector, text) => page.locator(selector, { hasText: new RegExp(`^${text}$`) }).waitFor();
const shows = (page, text) => says(page, "h1", text);
async function click(page, selector, text) {
  await page.locator(selector).click();
  await says(page, selector, text);
}

/** A mark that goes when the page is loaded anew. */
const mark = (page) => page.evaluate(() => { window.isMarked = true; });
const isMarked = (page) => page.evaluate(() => window.isMarked === true);
async function follow(page, heading) {
  await page.getByRole("link").click();
  await shows(page, heading);
}

/** The API's answer to a call without a pin. */
const unpinned = (page) => page.evaluate(async () => (await fetch("/api/colour")).text());

/** The status of the lazy chunk at its address without a pin. */
const unpinnedChunk = (page) => page.evaluate(async () => {
  const chunk = performance.getEntriesByType("resource").find(({ name }) => name.includes("/lazy-"));
  return (await fetch(new URL(chunk.name).pathname.replace(/^\/_r\/[^/]+/, ""))).status;
});

test("Vite: an open page keeps its release, and offers a reload", async (t) => {
  const { visit, promote, rollBack } = await serve(t, "vite", "dist");
  const page = await visit("cart/7");
  await shows(page, BLUE);

  await promote(GREEN);
  await shows(await visit(), GREEN);
  await click(page, "#lazy", `lazy ${BLUE}`);
  await click(page, "#api", "blue");
  assert.equal(await unpinned(page), "green", "the other tab changed the cookie");
  assert.equal(await unpinnedChunk(page), 200, "without a pin, a second attempt finds the chunk");

  await until(async () => {
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    return page.locator("#reload").isVisible();
  }, "a reload is offered");
  await page.locator("#reload").click();
  await shows(page, GREEN);
  await click(page, "#lazy", `lazy ${GREEN}`);
  await click(page, "#api", "green");

  await rollBack(BLUE);
  await page.reload();
  await shows(page, BLUE);
  await click(page, "#api", "blue");
});

test("Vite: a page that Back brings again keeps its release", async (t) => {
  const { url, visit, promote } = await serve(t, "vite", "dist");
  const page = await visit();
  await shows(page, BLUE);
  await promote(GREEN);
  await page.goto(`${url}next`);
  await shows(page, GREEN);

  await page.evaluate(() => history.back());
  await shows(page, BLUE);
  await click(page, "#lazy", `lazy ${BLUE}`);
  await click(page, "#api", "blue");
  assert.equal(await unpinned(page), "green", "the cookie is the later page's");
});

test("PWA: a promote and a rollback reach the installed application", async (t) => {
  const { visit, promote, rollBack } = await serve(t, "pwa", "dist");
  await install(await visit());
  await promote(GREEN);
  const promoted = await openTwice(visit, GREEN);
  await shows(promoted, GREEN);
  await click(promoted, "#api", "green");

  await rollBack(BLUE);
  const rolledBack = await openTwice(visit, BLUE);
  await shows(rolledBack, BLUE);
  await click(rolledBack, "#api", "blue");
});

test("PWA: the rollback from a broken release reaches the installed application", async (t) => {
  const { visit, breakScripts, promote, rollBack } = await serve(t, "pwa", "dist");
  await install(await visit());
  await breakScripts(GREEN);
  await promote(GREEN);
  const broken = await openTwice(visit, GREEN);
  assert.equal(await broken.locator("h1").textContent(), "", "the script does not run");

  await rollBack(BLUE);
  await shows(await openTwice(visit, BLUE), BLUE);
});

test("PWA: an open page keeps its API when the worker's update check changes the cookie", async (t) => {
  const { url, context, visit, promote } = await serve(t, "pwa", "dist", { browser: { serviceWorkers: "block" } });
  const page = await visit();
  await shows(page, BLUE);
  await promote(GREEN);
  await context.request.get(`${url}sw.js`, { headers: { "service-worker": "script" } });
  assert.equal(await unpinned(page), "green", "the cookie is the next worker's");
  await click(page, "#api", "blue");
});

test("PWA: a preview link reaches the installed application, and so does its end", async (t) => {
  const { visit } = await serve(t, "pwa", "dist", { config: OVERRIDES });
  await install(await visit());
  await shows(await openTwice(visit, GREEN, `?__release=${GREEN}`), GREEN);
  await shows(await openTwice(visit, BLUE, "?__release=off"), BLUE);
});

test("Next.js: an open page keeps its release, and moves as a whole", async (t) => {
  const config = await readFile(join(RECIPES, "next/edgeswitch.toml"), "utf8");
  const { visit, promote, rollBack } = await serve(t, "next", "out", { config });
  const [page, stays] = [await visit(), await visit()];
  await mark(page);
  await mark(stays);
  await follow(page, `about ${BLUE}`);
  assert.ok(await isMarked(page), "the router changed the page");

  await promote(GREEN);
  await follow(stays, `about ${BLUE}`);
  assert.ok(await isMarked(stays), "the router changed the page, and nothing moved it");
  const moves = await visit();
  await shows(moves, GREEN);
  await page.goBack();
  await shows(page, BLUE);
  assert.equal(await unpinned(page), "green", "the other tab changed the cookie");
  await click(page, "#api", "blue");

  await rollBack(BLUE);
  await shows(await visit(), BLUE);
  await follow(moves, `about ${BLUE}`);
});

test("Next.js: a link in an open page loads the other release in full, once the cookie names it", async (t) => {
  const config = await readFile(join(RECIPES, "next/edgeswitch.toml"), "utf8");
  const { visit, promote } = await serve(t, "next", "out", { config });
  const page = await visit();
  await mark(page);
  await promote(GREEN);
  await shows(await visit("about"), `about ${GREEN}`);
  await follow(page, `about ${GREEN}`);
  assert.ok(!await isMarked(page), "the page was loaded in full");
});

test("Next.js: a missing page is the release's own, with status 404", async (t) => {
  const config = await readFile(join(RECIPES, "next/edgeswitch.toml"), "utf8");
  const { url, promote } = await serve(t, "next", "out", { config });
  const missing = async (text) => {
    const answer = await fetch(`${url}nowhere`, PAGE_LOAD);
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), new RegExp(`nothing here, says.*${text}`));
  };
  await missing(BLUE);
  await promote(GREEN);
  await missing(GREEN);
});

test("Angular: an open page keeps its release", async (t) => {
  const { visit, promote, rollBack } = await serve(t, "angular", "dist");
  const page = await visit();
  await shows(page, BLUE);
  await promote(GREEN);
  await shows(await visit("cart"), GREEN);
  await page.locator("#lazy").click();
  await says(page, "h2", `cart ${BLUE}`);
  await click(page, "#api", "blue");
  assert.equal(await unpinned(page), "green", "the other tab changed the cookie");

  await page.reload();
  await says(page, "h2", `cart ${GREEN}`);
  await rollBack(BLUE);
  await page.reload();
  await says(page, "h2", `cart ${BLUE}`);
});

test("module federation: a page load gets the remote of its own release", async (t) => {
  const { visit, promote, rollBack } = await serve(t, "federation", "dist");
  const page = await visit();
  await shows(page, BLUE);
  await click(page, "#lazy", `cart ${BLUE}`);
  await promote(GREEN);

  const entry = page.waitForResponse(/\/remoteEntry\.js$/);
  await page.reload();
  await shows(page, GREEN);
  await click(page, "#lazy", `cart ${GREEN}`);
  assert.match((await entry).headers()["cache-control"], /max-age=0,.* must-revalidate/);
  await rollBack(BLUE);
  await page.reload();
  await shows(page, BLUE);
  await click(page, "#lazy", `cart ${BLUE}`);
});

test("module federation: an open page loads its remote late", async (t) => {
  const { visit, promote } = await serve(t, "federation", "dist");
  const page = await visit();
  await shows(page, BLUE);
  await promote(GREEN);
  await click(page, "#lazy", `cart ${BLUE}`);
});

test("a web manifest is the page's own only when it is asked for with cookies", async (t) => {
  const { context, put, visit, promote } = await open(t);
  for (const release of [BLUE, GREEN]) {
    await put(`releases/${release}/index.html`, '<link rel="manifest" href="/manifest.webmanifest">');
    await put(`releases/${release}/manifest.webmanifest`, JSON.stringify({ name: release }));
  }
  const page = await visit();
  await promote(GREEN);
  assert.equal(await manifest(context, page), GREEN, "the browser sends no cookie");
  await page.evaluate(() => {
    const link = document.querySelector("link");
    link.crossOrigin = "use-credentials";
    link.href += "?again"; // Chromium looks again only at another address
  });
  assert.equal(await manifest(context, page), BLUE, "the browser sends the cookie");
  await page.evaluate(() => { document.querySelector("link").href = "/_r/a1/manifest.webmanifest"; });
  assert.equal(await manifest(context, page), BLUE, "the address names the release");
});

test("several applications on one distribution move together", async (t) => {
  const config = await readFile(join(RECIPES, "applications/edgeswitch.toml"), "utf8");
  const { url, put, promote } = await open(t, { config });
  for (const release of [BLUE, GREEN]) {
    await put(`releases/${release}/index.html`, `shop ${release}`);
    await put(`releases/${release}/admin/index.html`, `admin ${release}`);
  }
  const gives = async (path, text) => assert.equal(await (await fetch(url + path, PAGE_LOAD)).text(), text);
  await gives("cart/7", "shop a1");
  await gives("admin", "admin a1");
  await gives("admin/users/7", "admin a1");
  await gives("api/colour", "blue");
  await gives("admin-api/colour", "blue");
  await promote(GREEN);
  await gives("cart/7", "shop b2");
  await gives("admin/users/7", "admin b2");
  await gives("admin-api/colour", "green");
});

test("an association file is a file, never a page", async (t) => {
  const { url, put } = await open(t);
  await put(`releases/${BLUE}/index.html`, "shop");
  await put(`releases/${BLUE}/apple-app-site-association`, '{"applinks":{}}');
  const get = (path) => fetch(url + path, PAGE_LOAD);
  const answer = await get("apple-app-site-association");
  assert.equal(await answer.text(), '{"applinks":{}}');
  assert.equal(answer.headers.get("set-cookie"), null);
  assert.equal((await get(".well-known/apple-app-site-association")).status, 403);
  assert.equal(await (await get("cart/7")).text(), "shop");
});

test("an embedded application keeps its release in a frame of another site", async (t) => {
  const config = await readFile(join(RECIPES, "embedded/edgeswitch.toml"), "utf8");
  const { url, context, put, promote } = await open(t, { config });
  for (const release of [BLUE, GREEN]) await put(`releases/${release}/index.html`, `<h1>${release}</h1>`);
  const site = await startServer((request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<iframe src="${url}"></iframe>`);
  });
  t.after(site.stop);
  const page = await context.newPage();
  await page.goto(site.url);
  const frame = page.frameLocator("iframe");
  await shows(frame, BLUE);
  await promote(GREEN);
  assert.equal(await unpinned(page.frames()[1]), "blue");
  await page.reload();
  await shows(frame, GREEN);
  assert.equal(await unpinned(page.frames()[1]), "green");
});

test("the document shows the files of the recipes", async () => {
  const text = await readFile(join(RECIPES, "../../docs/recipes.md"), "utf8");
  const shown = [...text.matchAll(/^\[`[^`]+`\]\(\.\.\/tests\/recipes\/([^)\n]+)\):\n\n```\w+\n(.*?)^```$/gms)];
  for (const [, path, block] of shown) assert.equal(block, await readFile(join(RECIPES, path), "utf8"), path);
  const names = shown.map(([, path]) => path);
  for (const recipe of await readdir(RECIPES, { recursive: true })) {
    if (/\/(\w+\.config\.m?js|edgeswitch\.toml)$/.test(recipe)) assert.ok(names.includes(recipe), recipe);
  }
  assert.equal(text.split("\n```").length - 1, 2 * (shown.length + [...text.matchAll(/^```console$/gm)].length));
});

/** Waits until a service worker answers page loads. */
async function install(page) {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
  await page.reload();
  const start = await page.evaluate(() => performance.getEntriesByType("navigation")[0].workerStart);
  assert.ok(start > 0, "the worker answers page loads");
}

/** Opens the installed application, which checks for an update; and again when `release` is installed. */
async function openTwice(visit, release, first = "") {
  const page = await visit(first);
  await until(() => holds(page, release), `the worker of ${release} is installed`);
  return visit();
}

/** Whether the worker's cache has the files of `release` alone. */
async function holds(page, release) {
  const releases = await cachedReleases(page).catch(() => []); // the page reloads itself just now
  return releases.length === 1 && releases[0] === release;
}

/** The name in the manifest that Chromium fetches for the page. */
async function manifest(context, page) {
  const session = await context.newCDPSession(page);
  const { data } = await session.send("Page.getAppManifest");
  await session.detach();
  return JSON.parse(data).name;
}

const cachedReleases = (page) => page.evaluate(async () => {
  const caches = await Promise.all((await window.caches.keys()).map((name) => window.caches.open(name)));
  const requests = (await Promise.all(caches.map((cache) => cache.keys()))).flat();
  const pins = requests.map(({ url }) => /^\/_r\/([^/]+)\//.exec(new URL(url).pathname)?.[1]);
  return [...new Set(pins.filter(Boolean))];
});
