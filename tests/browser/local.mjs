// Starts what the tests drive: the local CloudFront, and Chromium with a fresh profile.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const tools = createRequire(`${process.env.EDGESWITCH_TOOLS}/browser/`);
const { chromium } = tools("playwright-core");

/**
 * Runs `edgeswitch dev` with these options, or with the sample; returns its first address, the variables of its
 * Parameter Store, the options with which a command changes its plan, and a function that ends it. Only a load balancer
 * has such options.
 */
export async function startLocal(...options) {
  const command = ["dev", "--port", "0", ...options];
  const local = spawn(process.env.EDGESWITCH, command, { stdio: ["ignore", "pipe", "inherit"] });
  const variables = {};
  let project = [];
  for await (const line of createInterface({ input: local.stdout })) {
    for (const [, name, value] of line.matchAll(/\b(AWS_\w+)=(\S+)/g)) variables[name] = value;
    const [, ...found] = /edgeswitch follow (--config \S+) (--local=\S+)$/.exec(line) ?? [];
    if (found.length) project = found.flatMap((option) => option.split(" "));
    const [, url] = /^ +open +(https?:\S+)$/.exec(line) ?? [];
    if (url) return { url, variables, project, stop: () => stop(local) };
  }
  throw new Error("edgeswitch dev ended before it listened");
}

async function stop(local) {
  const ended = once(local, "exit");
  local.kill("SIGTERM");
  const [code] = await ended;
  if (code !== 0) throw new Error(`edgeswitch dev ended with code ${code}`);
}

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const startChromium = () => chromium.launch({ executablePath: CHROMIUM, args: OPTIONS });

/** A viewer's browser: its cookies, its tabs, and what went wrong in them. */
export async function openBrowser(chromium, options) {
  const context = await chromium.newContext(options);
  const wrong = [];
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) wrong.push(message.text());
  });
  context.on("weberror", (error) => wrong.push(String(error.error())));
  return { context, wrong };
}
