// The page of the local CloudFront: shows the server's state, and sends what people press.
import { arrange, ask, attempt, badge, clock, fill, make, percent, place, reason, say, sentence, tell, tone } from "./dom.js";
import { draw } from "./plot.js";
import { add } from "./requests.js";

function showPlan({ plan, releases }) {
  tell(place("headline"), plan.problem ? sentence(plan.problem) : plan.headline);
  place("restore").hidden = !plan.restorable;
  for (const id of ["rollback", "no-rollback"]) place(id).hidden = plan.problem !== null;
  place("rollback").disabled = plan.no_rollback !== null;
  tell(place("no-rollback"), plan.no_rollback ?? "");
  const served = releases.filter(({ share }) => share > 0).sort((a, b) => (b.state === "active") - (a.state === "active"));
  fill(place("shares"), served.map(({ id, slot, share }) =>
    make("span", { "data-tone": tone(id, slot), style: { flexGrow: share * 1000 } }, `${slot ?? id} ${percent(share)}`)));
  fill(place("facts"), plan.lines.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  tell(place("version"), plan.version === null ? "" : `, version ${plan.version}`);
  tell(place("parameter"), plan.text ?? "");
}

const known = new Map();
/** The row of a release. It is made once, so that its buttons keep focus while its share changes. */
function rowOf({ id, slot }) {
  if (known.has(id)) return known.get(id);
  const button = (text, action) => make("button",
    { type: "button", "aria-label": `${text} ${id}`, onclick: attempt(action) }, text);
  const cells = { state: make("td"), share: make("td", { class: "number" }) };
  const buttons = {
    preview: button("Preview", () => preview(id)),
    canary: button("Canary", () => confirmChange("canary", id)),
    promote: button("Promote", () => confirmChange("promote", id)),
  };
  const row = make("tr", {}, make("td", {}, badge(id, slot), slot ? ` ${slot}` : ""),
    cells.state, cells.share, make("td", { class: "buttons" }, Object.values(buttons)));
  known.set(id, { row, ...cells, ...buttons });
  return known.get(id);
}

function showReleases({ releases, previews }) {
  arrange(place("releases"), releases.map((release) => {
    const shown = rowOf(release);
    tell(shown.state, release.state);
    tell(shown.share, release.share > 0 ? percent(release.share) : "–");
    shown.preview.disabled = !release.servable || !previews;
    const refused = { active: "It is the active release", withdrawn: "It is never served" }[release.state];
    for (const button of [shown.canary, shown.promote]) {
      button.disabled = refused !== undefined;
      button.title = refused ?? "";
    }
    return shown.row;
  }));
}

const CHOICES = {
  promote: { title: (id) => `Promote ${id}`, options: [["flip", "all edge locations in the same second"], ["now", "at once: each edge location as soon as it reads the plan"]] },
  canary: { title: (id) => `Canary ${id}` },
  rollback: { title: () => "Roll back" },
  restore: { title: () => "Write the last good plan again" },
};

/** The change that the dialog is about. */
let asked;
/** The change whose effects are shown, with the parameter's version. Undefined until they are known. */
let checked;
/** The numbers of the last check sent and of the last answer shown. */
let [questions, answers] = [0, 0];

/** Opens the dialog with the effects of a change. Nothing is written yet. */
async function confirmChange(kind, release) {
  const { title, options } = CHOICES[kind];
  tell(place("confirm-title"), title(release));
  const controls = [];
  if (kind === "canary") {
    controls.push(make("label", {}, "Share of viewers, in percent: ",
      make("input", { id: "weight", type: "number", min: "0.1", max: "99.9", step: "0.1", value: "10", oninput: attempt(check) })));
  }
  for (const [value, text] of options ?? []) {
    controls.push(make("label", {}, make("input",
      { type: "radio", name: "when", value, checked: value === "flip", onchange: attempt(check) }), ` ${text}`));
  }
  place("confirm-when").replaceChildren(...controls);
  asked = { kind, release };
  await check();
  place("confirm").returnValue = "";
  place("confirm").showModal();
}

/** The change that the dialog's controls describe now. */
function wantedChange() {
  if (asked.kind === "canary") return { ...asked, percent: Number(place("weight").value) };
  if (asked.kind === "promote") return { ...asked, when: document.querySelector("[name=when]:checked").value };
  return asked;
}

/** Disables the write until the effects for the current controls are shown. */
async function check() {
  checked = undefined;
  place("write").disabled = true;
  await look();
}

/** Shows the effects of the change. Ignores an answer if a newer check was sent meanwhile. */
async function look() {
  const number = ++questions;
  const change = wantedChange();
  const { effects = [], version, refusal } = await ask("changes/check", change);
  if (number !== questions) return;
  answers = number;
  checked = refusal ? undefined : { ...change, version };
  tell(place("refusal"), refusal ? reason(refusal) : "");
  fill(place("effects"), effects.map((effect) => make("li", {}, effect)));
  place("write").disabled = refusal !== undefined;
}

/** Checks again, since the effects change with the plan and with time. */
const lookAgain = attempt(() => place("confirm").open && answers === questions && look());

async function writePlan() {
  const { version } = await ask("changes", checked);
  say(`Version ${version} of the plan is written.`);
}

async function preview(release) {
  const tab = window.open("about:blank", "_blank");
  if (!tab) throw new Error("The browser opened no tab: allow pop-ups for this page");
  try {
    tab.location = (await ask("previews", { release })).link;
    tab.opener = null;
  } catch (error) {
    tab.close();
    throw error;
  }
}

/** Shows the link that ends this browser's preview, if it has one. Other tabs may begin or end it. */
async function showPreview() {
  const { release } = await ask("previews");
  place("end-preview").hidden = release === null;
  tell(place("end-preview"), `End my preview of ${release}`);
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
    fill(cache.querySelector("tbody"), objects.map(({ path, key, status, age, ttl }) => make("tr", {},
      make("td", {}, path, make("small", {}, key.split(" ").slice(1).join(" "))), make("td", {}, String(status)),
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
    make("input", { type: "checkbox", id: `fault-${kind}`, onchange: attempt(({ target }) => ask("faults", { kind, on: target.checked, ms: 800, value: "" })) }), ` ${text}`)));
}

function show(state) {
  tell(place("name"), state.name);
  tell(place("clock"), clock(state.now));
  fill(place("edges"), state.edges.map(({ code, url }) => make("a", { href: url }, `Open at ${code}`)));
  showPlan(state);
  showReleases(state);
  showCaches(state);
  showFaults(state);
  draw(state.spans);
  lookAgain();
}

function listen() {
  const stream = new EventSource("/_edgeswitch/api/stream");
  stream.addEventListener("open", () => tell(place("link"), "live"));
  stream.addEventListener("error", () => tell(place("link"), "not connected, trying again"));
  stream.addEventListener("state", ({ data }) => show(JSON.parse(data)));
  stream.addEventListener("exchanges", ({ data }) => add(JSON.parse(data)));
}

place("rollback").addEventListener("click", attempt(() => confirmChange("rollback")));
place("restore").addEventListener("click", attempt(() => confirmChange("restore")));
place("confirm").addEventListener("close", attempt(() => place("confirm").returnValue === "write" && writePlan()));
place("invalidate").addEventListener("submit", attempt(async ({ target }) => {
  const { removed } = await ask("invalidations", { path: new FormData(target).get("path") });
  say(`${removed} objects removed.`);
}));
place("viewers").addEventListener("submit", attempt(async ({ target }) => {
  const { sent } = await ask("viewers", { count: Number(new FormData(target).get("count")) });
  say(`${sent} viewers loaded a page.`);
}));
window.addEventListener("focus", attempt(showPreview));
attempt(showPreview)();
makeFaults();
listen();
