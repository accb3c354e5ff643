// The live list of requests. A request that is opened shows its details.
import { arrange, ask, attempt, badge, clock, make, place } from "./dom.js";
import { brief, short } from "./names.js";

const SHOWN = 100;
const KEPT = 500;
/** Newest first. */
let rows = [];
let waiting = [];

const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

const took = (micros) => (micros < 1000 ? `${micros} µs` : `${(micros / 1000).toFixed(1)} ms`);

const step = ({ look, text }) => make("span", { class: look, title: text }, brief(text));

function raw({ title, changes, event, result }) {
  return [
    make("h3", {}, title),
    changes.length > 0 && make("ul", { class: "changes" }, changes.map((change) => make("li", {}, change))),
    event && make("details", {}, make("summary", {}, "event"), make("pre", { tabindex: "0" }, pretty(event))),
    result && make("details", {}, make("summary", {}, "result"), make("pre", { tabindex: "0" }, pretty(result))),
  ];
}

async function open(row, panel) {
  const { decision, steps } = await ask(`exchanges/${encodeURIComponent(row.id)}`);
  panel.replaceChildren(
    make("h3", {}, "The decision"),
    make("ol", {}, decision.map((line) => make("li", {}, brief(line)))),
    ...steps.flatMap(raw).filter(Boolean),
  );
}

const isSecondAttempt = ({ path }) => path.filter(({ text }) => text === "origin-request").length > 1;

function item(row) {
  const panel = make("div", { class: "more", id: `more-${row.id}`, hidden: true });
  const toggle = attempt("requests-told", async () => {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    if (!panel.hidden && panel.childElementCount === 0) await open(row, panel);
  });
  const button = make("button",
    { class: "row", type: "button", "aria-expanded": "false", "aria-controls": panel.id, onclick: toggle },
    make("span", { class: "when" }, clock(row.at)),
    make("span", {}, row.edge),
    make("span", { class: "url" }, `${row.method} ${row.url}`),
    make("span", {}, badge(row.meant ?? row.release), row.meant && ` → ${short(row.release)}`),
    make("span", { class: row.status >= 500 ? "wrong" : false }, [row.status, row.reason, isSecondAttempt(row) && "second attempt"].filter(Boolean).join(" ")),
    make("span", { class: "took" }, took(row.micros)),
    make("span", { class: "path" }, row.path.map(step)));
  return make("li", {}, button, panel);
}

const words = (row) =>
  [row.edge, row.method, row.url, row.meant, row.release, row.reason, row.status, ...row.path.map((one) => one.text)].join(" ").toLowerCase();

function wanted(row) {
  const filter = place("filter").value.trim().toLowerCase();
  return filter === "" || words(row).includes(filter);
}

const itemOf = (row) => row.item ??= item(row);

/** Shows the rows that match the filter. Open rows stay open, and rows that stay keep their focus. */
function show() {
  arrange(place("exchanges"), rows.filter(wanted).slice(0, SHOWN).map(itemOf));
  place("nothing").hidden = place("exchanges").childElementCount > 0;
  place("nothing").textContent = rows.length ? "No request matches." : "No request yet: open the application.";
}

/** Adds requests, oldest first. */
export function add(arrived) {
  waiting = [...waiting, ...arrived].slice(-KEPT);
  if (place("pause").checked) return;
  const known = new Set(rows.map((row) => row.id));
  const fresh = waiting.reverse().filter((row) => !known.has(row.id));
  rows = [...fresh, ...rows].slice(0, KEPT);
  waiting = [];
  show();
}

place("filter").addEventListener("input", show);
place("pause").addEventListener("change", () => add([]));
