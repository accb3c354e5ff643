// The browsers that are recorded. Each opens one address in a fresh profile, without a window and without a driver:
// a driver changes what is sent. With one, Chromium neither fetches web manifests nor loads a prerendered page's
// scripts.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHROMIUM, OPTIONS } from "./local.mjs";

const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
/** Downloads ask nothing. */
const CHROMIUM_PREFERENCES = { profile: { default_content_setting_values: { automatic_downloads: 1 } } };
/** No first-run page, no dialog, and nothing that Firefox fetches for itself. */
const FIREFOX_PREFERENCES = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.aboutwelcome.enabled": false,
  "browser.download.folderList": 2,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.search.update": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "datareporting.healthreport.uploadEnabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.reportingpolicy.firstRun": false,
  "toolkit.telemetry.unified": false,
};

export const hasFirefox = existsSync(FIREFOX);

export function chromium() {
  const profile = newProfile();
  const preferences = { ...CHROMIUM_PREFERENCES, download: { default_directory: profile } };
  mkdirSync(join(profile, "Default"));
  writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(preferences));
  return new Browser("Chromium", CHROMIUM, profile, ["--headless=new", `--user-data-dir=${profile}`, ...OPTIONS]);
}

export function firefox() {
  const profile = newProfile();
  const preferences = Object.entries({ ...FIREFOX_PREFERENCES, "browser.download.dir": profile });
  const lines = preferences.map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, "user.js"), lines.join(""));
  return new Browser("Firefox", FIREFOX, profile, ["--headless", "--no-remote", "--profile", profile]);
}

const newProfile = () => mkdtempSync(join(tmpdir(), "edgeswitch-browser-"));

class Browser {
  #program;
  #profile;
  #options;
  #running;

  constructor(name, program, profile, options) {
    this.name = name;
    this.#program = program;
    this.#profile = profile;
    this.#options = options;
    const said = execFileSync(program, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    [this.version] = /\d+(\.\w+)+/.exec(said);
  }

  async open(url) {
    const environment = { ...process.env, HOME: this.#profile };
    this.#running = spawn(this.#program, [...this.#options, url], { env: environment, stdio: "ignore" });
    await once(this.#running, "spawn");
  }

  async close() {
    const ended = once(this.#running, "exit");
    this.#running.kill("SIGTERM");
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
