// The page of the local CloudFront: what the server tells, shown; what people press, asked.
import { ask, attempt, badge, clock, fill, make, percent, place, say, tone } from "./dom.js";
import { draw } from "./plot.js";
import { add } from "./requests.js";

let pending;

function showPlan({ plan, releases }) {
  place("headline").textContent = plan.problem ?? plan.headline;
  const served = releases.filter(({ share }) => share > 0).sort((a, b) => (b.state === "active") - (a.state === "active"));
  fill(place("shares"), served.map(({ id, slot, share }) =>
    make("span", { "data-tone": tone(id, slot), style: { flexGrow: share * 1000 } }, `${slot ?? id} ${percent(share)}`)));
  fill(place("facts"), plan.lines.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  place("version").textContent = plan.version === null ? "" : `, version ${plan.version}`;
  place("parameter").textContent = plan.text ?? "";
}

function showReleases({ releases, previews }) {
  const signature = JSON.stringify([releases, previews]);
  const body = place("releases");
  if (body.dataset.signature === signature) return;
  body.dataset.signature = signature;
  body.replaceChildren(...releases.map((release) => {
    const { id, slot, share, state: standing, servable } = release;
    const button = (text, action, disabled) => make("button",
      { type: "button", disabled, "aria-label": `${text} ${id}`, onclick: attempt(action) }, text);
    return make("tr", {},
      make("td", {}, badge(id, slot), slot ? ` ${slot}` : ""),
      make("td", {}, standing),
      make("td", { class: "number" }, share > 0 ? percent(share) : "–"),
      make("td", { class: "buttons" },
        button("Preview", () => preview(id), !servable || !previews),
        button("Canary", () => confirmChange("canary", id), !servable || standing === "active"),
        button("Promote", () => confirmChange("promote", id), !servable || standing === "active")));
  }));
}

const CHOICES = {
  promote: { title: (id) => `Promote ${id}`, options: [["flip", "all edge locations in the same second"], ["now", "at once, as each takes up the plan"]] },
  canary: { title: (id) => `Canary ${id}` },
  rollback: { title: () => "Roll back" },
};

/** Asks what the change would do, and shows it before anything is written. */
async function confirmChange(kind, release) {
  const { title, options } = CHOICES[kind];
  place("confirm-title").textContent = title(release);
  const controls = [];
  if (kind === "canary") {
    controls.push(make("label", {}, "Share of viewers, in percent: ",
      make("input", { id: "weight", type: "number", min: "1", max: "99", value: "10", required: true, oninput: attempt(check) })));
  }
  for (const [value, text] of options ?? []) {
    controls.push(make("label", {}, make("input",
      { type: "radio", name: "when", value, checked: value === "flip", onchange: attempt(check) }), ` ${text}`));
  }
  place("confirm-when").replaceChildren(...controls);
  pending = { kind, release };
  await check();
  place("confirm").showModal();
}

async function check() {
  const { kind, release } = pending;
  const change = { kind, release };
  if (kind === "canary") change.percent = Number(place("weight").value);
  if (kind === "promote") change.when = document.querySelector("[name=when]:checked").value;
  let told = { effects: [] };
  place("refusal").textContent = "";
  try {
    told = await ask("changes/check", change);
  } catch (refused) {
    place("refusal").textContent = [refused.message, refused.hint].filter(Boolean).join(". ");
  }
  place("effects").replaceChildren(...told.effects.map((effect) => make("li", {}, effect)));
  place("write").disabled = told.version === undefined;
  pending = { ...pending, change, version: told.version };
}

async function writePlan() {
  const { version } = await ask("changes", { ...pending.change, version: pending.version });
  say(`Version ${version} of the plan is written.`);
}

async function preview(release) {
  const tab = window.open("about:blank", "_blank");
  try {
    tab.location = (await ask("previews", { release })).link;
    tab.opener = null;
  } catch (error) {
    tab.close();
    throw error;
  }
}

/** The cache of an edge location; made once, so that it stays open while its objects change. */
function cacheOf(code) {
  const known = place(`cache-${code}`);
  if (known) return known;
  const head = ["Object", "Status", "Age, s", "Kept, s"].map((text, index) =>
    make("th", { scope: "col", class: index > 1 ? "number" : false }, text));
  const made = make("details", { id: `cache-${code}`, open: true },
    make("summary", {}), make("div", { class: "objects", tabindex: "0", role: "region", "aria-label": `Cache of ${code}` },
      make("table", {}, make("thead", {}, make("tr", {}, head)), make("tbody", {}))));
  place("edge-caches").append(made);
  return made;
}

function showCaches({ edges }) {
  for (const { code, objects, total } of edges) {
    const cache = cacheOf(code);
    cache.querySelector("summary").textContent = `${code}: ${total} ${total === 1 ? "object" : "objects"}`;
    fill(cache.querySelector("tbody"), objects.map(({ path, key, status, age, ttl }) => make("tr", {},
      make("td", {}, path, make("small", {}, key.split(" ").slice(1).join(" "))), make("td", {}, String(status)),
      make("td", { class: "number" }, String(age)), make("td", { class: "number" }, String(ttl)))));
  }
}

const FAULTS = [
  ["throttled", "Throttled"], ["denied", "Denied"], ["internal", "Error 500"], ["gone", "Parameter gone"],
  ["dropped", "Connection lost"], ["malformed", "Not a plan"], ["latency", "Slow, 800 ms"],
];

function showFaults({ faults }) {
  for (const [kind] of FAULTS) place(`fault-${kind}`).checked = faults.includes(kind);
}

function makeFaults() {
  place("fault-form").append(...FAULTS.map(([kind, text]) => make("label", {},
    make("input", { type: "checkbox", id: `fault-${kind}`, onchange: attempt(({ target }) => ask("faults", { kind, on: target.checked, ms: 800, value: "" })) }), ` ${text}`)));
}

function show(state) {
  place("name").textContent = state.name;
  place("clock").textContent = clock(state.now);
  fill(place("edges"), state.edges.map(({ code, url }) => make("a", { href: url }, `Open at ${code}`)));
  showPlan(state);
  showReleases(state);
  showCaches(state);
  showFaults(state);
  draw(state.spans);
}

function listen() {
  const stream = new EventSource("/_edgeswitch/api/stream");
  const said = (text) => { if (place("link").textContent !== text) place("link").textContent = text; };
  stream.addEventListener("open", () => said("live"));
  stream.addEventListener("error", () => said("not connected, trying again"));
  stream.addEventListener("state", ({ data }) => show(JSON.parse(data)));
  stream.addEventListener("exchanges", ({ data }) => add(JSON.parse(data)));
}

place("rollback").addEventListener("click", attempt(() => confirmChange("rollback")));
place("confirm").addEventListener("close", attempt(() => place("confirm").returnValue === "write" && writePlan()));
place("invalidate").addEventListener("submit", attempt(async ({ target }) => {
  const { removed } = await ask("invalidations", { path: new FormData(target).get("path") });
  say(`${removed} objects removed.`);
}));
place("viewers").addEventListener("submit", attempt(async ({ target }) => {
  const { sent } = await ask("viewers", { count: Number(new FormData(target).get("count")) });
  say(`${sent} viewers loaded a page.`);
}));
makeFaults();
listen();
