// A small shop in two releases behind `edgeswitch dev`: a1 with the blue back end, b2 with the green one.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { startLocal } from "./local.mjs";

const run = promisify(execFile);
/** Uploaded a month ago: a browser's heuristics would keep such a file for days. */
const UPLOADED = Date.now() / 1000 - 30 * 24 * 3600;

/**
 * Starts the shop with `plan`, or with `a1` active; `cookies`, `observe` and `dev` are lines of these tables of the
 * configuration, and `more` has more files of a release.
 */
export async function startProject({ cookies = "", observe = "", dev = "", more = {}, plan = PLAN } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "edgeswitch-project-"));
  const [blue, green] = [await startBackEnd("blue"), await startBackEnd("green")];
  const config = join(folder, "edgeswitch.toml");
  writeFileSync(config, configuration({ cookies, observe, dev }, blue, green));
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
  for (const release of Object.keys(plan.releases)) {
    upload(join(folder, "bucket/releases", release), { ...files(release), ...more });
  }
  const local = await startLocal("--config", config);

  const edgeswitch = (...command) => run(process.env.EDGESWITCH, [...command, "--config", config],
    { env: { ...process.env, ...local.variables } });
  const change = (...command) => edgeswitch(...command, "-y");
  return {
    url: local.url,
    backEnds: [blue, green],
    /** Runs a command on this project, whatever its exit code. */
    run: (...command) => edgeswitch(...command)
      .then((ran) => ({ ...ran, code: 0 }), ({ code, stdout, stderr }) => ({ code, stdout, stderr })),
    change,
    promote: (release) => change("promote", release, "--now").then(() => inForce(local.url, release)),
    rollBack: (release) => change("rollback", release).then(() => inForce(local.url, release)),
    async stop() {
      await local.stop();
      for (const backEnd of [blue, green]) backEnd.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Asks until a page load gets the release: the functions read a new plan within seconds. */
async function inForce(url, release) {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    const { next } = await (await fetch(`${url}_r/`)).json();
    if (next === release) return;
  }
  throw new Error(`${release} is not taken up in time`);
}

/** The releases of a plan of this shop. */
export const RELEASES = {
  a1: { prefix: "/releases/a1", origins: { api: "blue-alb.example.com" }, slot: "blue" },
  b2: { prefix: "/releases/b2", origins: { api: "green-alb.example.com" }, slot: "green" },
};
const PLAN = {
  schema: 1,
  revision: 1,
  releases: RELEASES,
  rollout: "r1",
  stages: [{ from: "2026-11-01T00:00:00Z", weights: [["a1", 100]] }],
};

const configuration = ({ cookies, observe, dev }, blue, green) => `
name = "shop"
prefix_template = "/releases/{release}"

[parameter]
name = "/shop/plan"
home_region = "eu-central-1"

[refresh]
soft_ttl_seconds = 1
hard_ttl_seconds = 2

[cookies]
${cookies}

[observe]
${observe}

[[routes]]
path = "/api/*"
origin = "api"

[slots.blue]
api = "blue-alb.example.com"

[slots.green]
api = "green-alb.example.com"

[dev]
bucket = "bucket"
plan = "plan.json"
${dev}

[dev.origins]
"blue-alb.example.com" = "${blue.url}"
"green-alb.example.com" = "${green.url}"
`;

/** The files of a release. Names without a hash are the same in both. */
const files = (release) => ({
  "index.html": `<!doctype html>
<link rel="icon" href="data:,">
<script src="/env.js"></script>
<script type="module" crossorigin src="/assets/app-${release}.js"></script>
<body data-release="${release}"><h1>${release}</h1>`,
  "env.js": `window.ENV = "${release}";`,
  [`assets/app-${release}.js`]: `window.lazy = () => import("/assets/lazy-${release}.js").then(({ text }) => text);`,
  [`assets/lazy-${release}.js`]: `export const text = "lazy of ${release}";`,
  "sw.js": `
    self.addEventListener("install", (event) => {
      self.skipWaiting();
      event.waitUntil(caches.open("${release}").then((cache) => cache.addAll(["/index.html", "/env.js"])));
    });
    self.addEventListener("fetch", (event) => {
      if (event.request.mode !== "navigate") return;
      event.respondWith(caches.open("${release}").then((cache) => cache.match("/index.html")));
    });`,
});

function upload(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    utimesSync(file, UPLOADED, UPLOADED);
  }
}

/** A back end that answers with its name, and tells which paths it was asked for. */
async function startBackEnd(name) {
  const asked = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://back-end");
    asked.push(pathname);
    server.emit("asked");
    response.setHeader("cache-control", "no-store");
    if (pathname.endsWith(".csv")) {
      response.setHeader("content-type", "text/csv");
      response.setHeader("content-disposition", "attachment");
      return response.end(`back end\n${name}\n`);
    }
    response.setHeader("content-type", pathname === "/api/page" ? "text/html" : "application/json");
    response.end(pathname === "/api/page" ? `<h1>${name}</h1>` : JSON.stringify({ name }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  server.unref();
  return {
    name,
    url: `http://127.0.0.1:${server.address().port}`,
    async wasAsked(path) {
      while (!asked.includes(path)) await once(server, "asked");
      return name;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
