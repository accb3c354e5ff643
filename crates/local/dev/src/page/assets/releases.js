// The releases of the plan: one row each, the active one on top, with its buttons.
import { confirmChange } from "./change.js";
import { arrange, ask, attempt, badge, make, percent, place, tell } from "./dom.js";
import { short } from "./names.js";

const known = new Map();
/** The row of a release. It is made once, so that its buttons keep focus while its share changes. */
function rowOf({ id, slot }) {
  if (known.has(id)) return known.get(id);
  const button = (text, action) => make("button",
    { type: "button", "aria-label": `${text} ${short(id)}`, onclick: attempt("plan-told", action) }, text);
  const cells = { state: make("span", { class: "state" }), share: make("td", { class: "number" }) };
  const buttons = {
    preview: button("Preview", () => preview(id)),
    canary: button("Canary", () => confirmChange({ kind: "canary", release: id })),
    promote: button("Promote", () => confirmChange({ kind: "promote", release: id })),
  };
  const row = make("tr", {}, make("td", {}, badge(id), slot && make("span", { class: "slot" }, ` ${slot}`)),
    make("td", {}, cells.state), cells.share, make("td", { class: "actions" }, make("div", {}, Object.values(buttons))));
  known.set(id, { row, ...cells, ...buttons });
  return known.get(id);
}

const REFUSED = { active: "It is the active release", withdrawn: "It is never served" };

export function showReleases({ releases, previews }) {
  arrange(place("releases"), releases.map((release) => {
    const shown = rowOf(release);
    shown.row.dataset.state = release.state;
    tell(shown.state, release.state);
    tell(shown.share, release.share > 0 ? percent(release.share) : "–");
    shown.preview.disabled = !release.servable || !previews;
    shown.preview.title = previews ? "" : "The configuration allows no previews";
    for (const button of [shown.canary, shown.promote]) {
      button.disabled = REFUSED[release.state] !== undefined;
      button.title = REFUSED[release.state] ?? "";
    }
    return shown.row;
  }));
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
export async function showPreview() {
  const { release } = await ask("previews");
  place("end-preview").hidden = release === null;
  tell(place("end-preview"), release === null ? "" : `End my preview of ${short(release)}`);
}
