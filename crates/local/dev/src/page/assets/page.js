// The page of the local CloudFront: shows the server's state, and sends what people press.
import { showBalancers } from "./balancers.js";
import { confirmChange, lookAgain } from "./change.js";
import { ask, attempt, clock, fill, make, percent, place, say, sentence, tell } from "./dom.js";
import { showGuard } from "./guard.js";
import { brief, short } from "./names.js";
import { showNumbers } from "./numbers.js";
import { draw } from "./plot.js";
import { showPreview, showReleases } from "./releases.js";
import { add } from "./requests.js";
import { colour, tone } from "./tones.js";

/** The release that the button "Roll back" goes to. */
let back = null;

function showPlan({ plan, releases }) {
  const served = releases.filter(({ share }) => share > 0);
  tell(place("headline"), brief(plan.problem ? sentence(plan.problem) : plan.headline.replaceAll(" %", "\u00a0%")));
  place("restore").hidden = !plan.restorable;
  for (const id of ["rollback", "no-rollback"]) place(id).hidden = plan.problem !== null;
  back = plan.rollback_to;
  place("rollback").disabled = plan.no_rollback !== null;
  tell(place("rollback"), back ? `Roll back to ${short(back)}` : "Roll back");
  tell(place("no-rollback"), brief(plan.no_rollback ?? ""));
  fill(place("shares"), served.map(({ id, slot, share }) =>
    make("span", { style: { ...tone(id), "flex-grow": share * 1000 } }, `${slot ?? short(id)} ${percent(share)}`)));
  fill(place("facts"), plan.lines.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, brief(value))]));
  tell(place("ttl"), plan.ttl);
  tell(place("version"), plan.version === null ? "" : `, version ${plan.version}`);
  tell(place("parameter"), plan.text ?? "");
}

/** The cache of an edge location. It is made once, so that it stays open while its objects change. */
function cacheOf(code) {
  const known = place(`cache-${code}`);
  if (known) return known;
  const head = ["Object", "Status", "Age", "Kept for"].map((text, index) =>
    make("th", { scope: "col", class: index > 1 ? "number" : false }, text));
  const made = make("details", { id: `cache-${code}`, open: true },
    make("summary", {}), make("div", { class: "objects", tabindex: "0", role: "region", "aria-label": `Cache of ${code}` },
      make("table", {}, make("thead", {}, make("tr", {}, head)), make("tbody", {}))));
  place("edge-caches").append(made);
  return made;
}

function showCaches({ edges, now, invalidates }) {
  tell(place("invalidates"), invalidates === null ? "" : `/* will be invalidated in ${Math.max(0, Math.ceil((invalidates - now) / 1000))} s.`);
  for (const { code, objects, total } of edges) {
    const cache = cacheOf(code);
    tell(cache.querySelector("summary"), `${code}: ${total} ${total === 1 ? "object" : "objects"}`);
    cache.querySelector(".objects").hidden = total === 0;
    fill(cache.querySelector("tbody"), objects.map(({ path, key, status, age, ttl }) => make("tr", {},
      make("td", {}, brief(path), make("small", {}, brief(key.split(" ").slice(1).join(" ")))), make("td", {}, String(status)),
      make("td", { class: "number" }, age), make("td", { class: "number" }, ttl))));
  }
}

const FAULTS = [
  ["throttled", "Throttled"], ["denied", "Denied"], ["internal", "Error 500"], ["gone", "Parameter gone"],
  ["dropped", "Connection lost"], ["malformed", "Not a plan"], ["latency", "Slow, 800 ms"],
];

function showFaults({ faults, edges }) {
  for (const [kind] of FAULTS) place(`fault-${kind}`).checked = faults.includes(kind);
  const named = FAULTS.filter(([kind]) => faults.includes(kind)).map(([, text]) => text);
  tell(place("failing"), named.length === 0 ? "" : `Faults of the parameter store: ${named.join(", ")}`);
  const known = edges.flatMap(({ code, known }) => known.map((one) => ({ code, ...one })));
  fill(place("known"), known.flatMap(({ code, function: name, plan, problem }) => [
    make("dt", {}, `${code} ${name}`),
    make("dd", {}, plan, problem && make("span", { class: "wrong" }, problem))]));
  tell(place("elsewhere"), known.length === 0 ? "The functions run in other processes: see their log lines." : "");
}

function makeFaults() {
  place("fault-form").append(...FAULTS.map(([kind, text]) => make("label", {},
    make("input", { type: "checkbox", id: `fault-${kind}`, onchange: attempt("faults-told", ({ target }) => ask("faults", { kind, on: target.checked, ms: 800, value: "" })) }), ` ${text}`)));
}

function show(state) {
  tell(place("name"), state.name);
  tell(place("clock"), clock(state.now));
  fill(place("edges"), state.edges.map(({ code, url }) => make("a", { href: url }, `Open at ${code}`)));
  state.releases.forEach(({ id }) => short(id));
  colour(state.releases);
  showPlan(state);
  showReleases(state);
  showBalancers(state);
  showGuard(state);
  showNumbers(state);
  showCaches(state);
  showFaults(state);
  draw(state.spans);
  lookAgain();
}

function showLink(text) {
  tell(place("link"), text);
  place("link").classList.toggle("live", text === "live");
}

function listen() {
  const stream = new EventSource("/_edgeswitch/api/stream");
  stream.addEventListener("open", () => showLink("live"));
  stream.addEventListener("error", () => showLink("not connected, trying again"));
  stream.addEventListener("state", ({ data }) => show(JSON.parse(data)));
  stream.addEventListener("exchanges", ({ data }) => add(JSON.parse(data)));
}

place("rollback").addEventListener("click", attempt("plan-told", () => confirmChange({ kind: "rollback", to: back })));
place("restore").addEventListener("click", attempt("plan-told", () => confirmChange({ kind: "restore" })));
place("invalidate").addEventListener("submit", attempt("caches-told", async ({ target }) => {
  const { removed } = await ask("invalidations", { path: new FormData(target).get("path") });
  say("caches-told", `${removed} ${removed === 1 ? "object" : "objects"} removed.`);
}));
place("viewers").addEventListener("submit", attempt("viewers-told", async ({ target }) => {
  const { sent } = await ask("viewers", { count: Number(new FormData(target).get("count")) });
  say("viewers-told", `${sent} ${sent === 1 ? "viewer" : "viewers"} loaded a page.`);
}));
window.addEventListener("focus", attempt("plan-told", showPreview));
attempt("plan-told", showPreview)();
makeFaults();
listen();
