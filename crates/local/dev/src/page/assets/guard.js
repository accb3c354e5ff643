// The guard and the alarms: when it last ran, what it holds and did, and a switch for each alarm.
import { arrange, ask, attempt, fill, make, place, sentence, tell } from "./dom.js";
import { brief } from "./names.js";

const known = new Map();

/** The switch of an alarm. It is made once, so that it keeps focus. */
function switchOf(name) {
  if (known.has(name)) return known.get(name);
  const box = make("input", { type: "checkbox", role: "switch",
    onchange: attempt("alarms-told", ({ target }) => ask("alarms", { name, on: target.checked })) });
  const state = make("span", { class: "state" });
  const since = make("small", {});
  known.set(name, { box, state, since, item: make("li", {}, make("label", {}, box, name), state, since) });
  return known.get(name);
}

function showAlarm({ name, state, since, reason }) {
  const shown = switchOf(name);
  shown.box.checked = state === "ALARM";
  shown.item.dataset.state = state;
  tell(shown.state, state);
  tell(shown.since, `since ${since}: ${reason}`);
  return shown.item;
}

export function showGuard({ guard, alarms }) {
  tell(place("guard-text"), brief(guard.text));
  tell(place("guard-trouble"), guard.trouble.map((problem) => sentence(brief(problem))).join(". "));
  fill(place("guard-did"), guard.did.map(({ time, what }) => make("li", {}, make("time", {}, time), ` ${brief(what)}`)));
  place("alarms").hidden = alarms.length === 0;
  arrange(place("alarm-list"), alarms.map(showAlarm));
}
