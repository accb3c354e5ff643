// The dialog that shows what a change of the plan would do, before it is written.
import { ask, attempt, fill, make, place, reason, say, sentence, tell } from "./dom.js";
import { brief, short } from "./names.js";

/** The words of each change: the dialog's title and its button. */
const DEEDS = {
  promote: { title: ({ release }) => `Promote ${short(release)}`, button: ({ release }) => `Promote ${short(release)}` },
  canary: {
    title: ({ release }) => `Canary ${short(release)}`,
    button: ({ release, percent }) => `Give ${short(release)} ${percent} %`,
  },
  rollback: { title: () => "Roll back", button: ({ to }) => (to ? `Roll back to ${short(to)}` : "Roll back") },
  restore: { title: () => "Write the last good plan again", button: () => "Write it again" },
};

const WHEN = [
  ["flip", "In the same second everywhere", "All edge locations switch together, when each of them has the plan."],
  ["now", "At once", "Each edge location switches as soon as it reads the plan."],
];

/** The change that the dialog is about. */
let asked;
/** The change whose effects are shown, with the parameter's version. Undefined until they are known. */
let checked;
/** The numbers of the last check sent and of the last answer shown. */
let [questions, answers] = [0, 0];

const checkAgain = attempt("refusal", check);

function shareInput() {
  const input = make("input", { id: "weight", type: "number", min: "0.1", max: "99.9", step: "0.1", value: "10", required: true, oninput: checkAgain });
  return make("label", { class: "field" }, "Share of viewers, in percent ", input);
}

const whenInput = ([value, name, text]) => make("label", { class: "choice" },
  make("input", { type: "radio", name: "when", value, checked: value === "flip", onchange: checkAgain }),
  make("span", {}, make("strong", {}, name), make("small", {}, text)));

const controls = { canary: () => [shareInput()], promote: () => WHEN.map(whenInput), rollback: () => [], restore: () => [] };

/** Opens the dialog with the effects of a change. Nothing is written yet. */
export async function confirmChange(change) {
  asked = change;
  tell(place("confirm-title"), DEEDS[change.kind].title(change));
  place("confirm-controls").replaceChildren(...controls[change.kind]());
  place("write").className = change.kind === "rollback" ? "primary danger" : "primary";
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

/** Why the browser refuses the typed share; empty if it does not. The server says the rest. */
const typed = () => {
  const share = asked.kind === "canary" ? place("weight") : undefined;
  return share && (share.validity.badInput || share.validity.valueMissing) ? "type a share in percent, such as 10" : "";
};

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
  const wrong = typed();
  const { effects = [], version, refusal } = wrong
    ? { refusal: { error: wrong } } : await ask("changes/check", change);
  if (number !== questions) return;
  answers = number;
  checked = refusal ? undefined : { ...change, version };
  tell(place("write"), wrong ? DEEDS.canary.title(change) : DEEDS[change.kind].button(change));
  tell(place("refusal"), refusal ? brief(reason(refusal)) : "");
  place("weight")?.setAttribute("aria-invalid", String(refusal !== undefined));
  fill(place("effects"), effects.map((effect) => make("li", {}, sentence(brief(effect)))));
  place("write").disabled = refusal !== undefined;
}

/** Checks again, since the effects change with the plan and with time. */
export const lookAgain = attempt("refusal", () => place("confirm").open && answers === questions && look());

async function writePlan() {
  const { version } = await ask("changes", checked);
  say("plan-told", `Version ${version} of the plan is written.`);
}

place("confirm").addEventListener("close", attempt("plan-told", () => place("confirm").returnValue === "write" && writePlan()));
