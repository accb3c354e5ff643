// What browsers send is what `fixtures/browsers` says. `UPDATE_EXPECT=1` rewrites the files: read the difference.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { chromium, firefox, hasFirefox } from "./browsers.mjs";
import { record } from "./record.mjs";
import { REQUESTS } from "./requests.mjs";

const CHROMIUM = new URL("../../fixtures/browsers/chromium.json", import.meta.url);
const FIREFOX = new URL("../../fixtures/browsers/firefox.json", import.meta.url);
const read = (file) => JSON.parse(readFileSync(file, "utf8"));

/** What a decision can tell apart: browsers name other image types in `Accept` every few months. */
function decides({ name, method, path, cookie, headers }) {
  const accept = "accept" in headers && (headers.accept.includes("text/html") ? "text/html" : "no text/html");
  return { name, method, path, cookie, headers: { ...headers, accept } };
}

async function check(file, browser) {
  const { user_agent, requests } = await record(browser);
  const before = read(file);
  if (process.env.UPDATE_EXPECT) {
    const [, system] = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"));
    const kept = new Map(before.requests.map(({ name, method, path, cookie, headers, ...ours }) => [name, ours]));
    const others = REQUESTS.filter((row) => !(row.only?.includes(browser.name) ?? true));
    const after = {
      browser: browser.name, version: browser.version, system, recorded: new Date().toISOString().slice(0, 10),
      user_agent, requests: requests.map((sent) => ({ ...sent, ...kept.get(sent.name) })),
      not_sent: Object.fromEntries(others.map(({ name, why }) => [name, why])),
    };
    writeFileSync(file, `${JSON.stringify(after, null, 2)}\n`);
  } else {
    assert.deepEqual(requests.map(decides), before.requests.map(decides));
  }
}

test("Chromium sends what the table says", () => check(CHROMIUM, chromium()));

test("Firefox sends what the table says", { skip: !hasFirefox && "firefox-esr is not installed" },
  () => check(FIREFOX, firefox()));

test("each table has every request, or says why the browser does not send it", () => {
  for (const file of [CHROMIUM, FIREFOX]) {
    const { browser, requests, not_sent } = read(file);
    const named = [...requests.map(({ name }) => name), ...Object.keys(not_sent)];
    assert.deepEqual(named.sort(), REQUESTS.map(({ name }) => name).sort(), browser);
    for (const { name, expect, why } of requests) {
      assert.ok(["document", "subresource"].includes(expect), `${browser}: ${name}: expect`);
      assert.ok(why, `${browser}: ${name}: why`);
    }
  }
});
