// Builds the applications of the recipes, and runs them behind the local CloudFront.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

export const RECIPES = import.meta.dirname;
const TOOLS = join(process.env.EDGESWITCH_TOOLS, "recipes");
const DEADLINE = 30_000;
const { chromium } = createRequire(`${TOOLS}/`)("playwright-core");
const run = promisify(execFile);

/** Builds `app` as each of `releases`; returns the folder of each build. */
export async function build(app, output, releases) {
  const folder = await mkdtemp(join(TOOLS, "build-"));
  const outputs = releases.map(async (release) => {
    const copy = join(folder, release);
    for (const path of [app, "release.js"]) await cp(join(RECIPES, path), join(copy, path), { recursive: true });
    const env = { ...process.env, RELEASE: release, NEXT_TELEMETRY_DISABLED: "1", NG_CLI_ANALYTICS: "false" };
    await run("npm", ["run", "build"], { cwd: join(copy, app), env });
    return [release, join(copy, app, output)];
  });
  return { outputs: await Promise.all(outputs), remove: () => rm(folder, { recursive: true }) };
}

/** A bucket, two back ends and the local CloudFront. `a1` is active, `b2` is registered. */
export async function startShop(config = "") {
  const folder = await mkdtemp(join(tmpdir(), "recipe-"));
  const file = join(folder, "edgeswitch.toml");
  await writeFile(file, `${await readFile(join(RECIPES, "edgeswitch.toml"), "utf8")}\n${config}`);
  const [blue, green] = await Promise.all(["blue", "green"].map(startBackEnd));
  const put = async (path, text) => {
    await mkdir(dirname(join(folder, "bucket", path)), { recursive: true });
    await writeFile(join(folder, "bucket", path), text);
  };
  await put("releases/README", "a folder per release");
  const local = spawn(process.env.EDGESWITCH, ["dev", "--config", file, "--port", "0",
    "--bucket", join(folder, "bucket"),
    "--origin", `blue-alb.example.com=${blue.url}`, "--origin", `green-alb.example.com=${green.url}`],
  { stdio: ["ignore", "pipe", "inherit"] });
  const { url, env } = await addresses(local);
  const edgeswitch = (...words) =>
    run(process.env.EDGESWITCH, [...words, "--config", file, "-y"], { env: { ...process.env, ...env } });
  const inForce = (release) =>
    until(async () => (await (await fetch(`${url}_r/`)).json()).next === release, `${release} is in force`);
  const stop = async () => {
    const ended = once(local, "exit");
    local.kill("SIGTERM");
    await Promise.all([ended, blue.stop(), green.stop()]);
    await rm(folder, { recursive: true });
  };
  try {
    await edgeswitch("init", "a1", "--slot", "blue");
    await edgeswitch("release", "add", "b2", "--slot", "green");
    await inForce("a1");
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    put,
    async upload(release, build) {
      await cp(build, join(folder, "bucket/releases", release), { recursive: true });
    },
    /** Replaces the release's script by one that fails. */
    async breakScripts(release) {
      const assets = `releases/${release}/assets`;
      const scripts = await readdir(join(folder, "bucket", assets));
      const main = scripts.find((name) => name.startsWith("index-"));
      await put(`${assets}/${main}`, 'throw new Error("a broken release");');
    },
    async promote(release) {
      await edgeswitch("promote", release, "--now");
      await inForce(release);
    },
    async rollBack(release) {
      await edgeswitch("rollback");
      await inForce(release);
    },
    stop,
  };
}

/** What `edgeswitch dev` prints when it starts. */
async function addresses(local) {
  const env = {};
  for await (const line of createInterface({ input: local.stdout })) {
    for (const [, name, value] of line.matchAll(/\b(AWS_[A-Z_]+)=(\S+)/g)) env[name] = value;
    const [, url] = /^ +open +(https?:\S+)$/.exec(line) ?? [];
    if (url) return { url, env };
  }
  throw new Error("edgeswitch dev ended before it listened");
}

const startBackEnd = (colour) => startServer((request, response) => response.end(colour));

/** A server on loopback. */
export async function startServer(answer) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Chromium keeps pages for Back, which Playwright turns off otherwise. */
export const startChromium = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  ignoreDefaultArgs: ["--disable-back-forward-cache"],
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

/** Asks again until `holds`, and fails with `what` after a while. */
export async function until(holds, what) {
  for (const deadline = Date.now() + DEADLINE; !(await holds());) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await pause(50);
  }
}
