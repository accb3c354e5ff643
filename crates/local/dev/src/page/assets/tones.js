// Colours of releases. A release has a colour of its slot's hue, and no two releases have the same colour.
/** Hues that are told apart easily, in degrees. The slots `blue` and `green` have their own. */
const BY_NAME = { blue: 258, green: 152, red: 25, orange: 58, yellow: 95, teal: 195, purple: 305, violet: 290, pink: 350 };
const HUES = [258, 152, 58, 305, 25, 195, 350, 110];
/** Lightness on light and on dark paper, and what is added to the hue. Every release of one slot takes the next. */
const SHADES = [[0.5, 0.74, 0], [0.38, 0.87, 6], [0.57, 0.64, -16], [0.45, 0.8, 12], [0.33, 0.69, -10], [0.53, 0.92, -24]];

const hues = new Map();
const tones = new Map();
/** More colours than this do not stay: the oldest releases that have left the plan lose theirs. */
const KEPT = 100;
/** How often the shades of a hue are turned by 4 degrees, at most. A hue then has more shades than are kept. */
const TURNS = 20;

/** The hue of a slot. A release without a slot counts as a slot of its own. */
function hueOf(group, slot) {
  if (!hues.has(group)) {
    const used = new Set(hues.values());
    const wanted = BY_NAME[slot];
    const free = HUES.find((hue) => !used.has(hue)) ?? (hues.size * 137.5) % 360;
    hues.set(group, wanted !== undefined && !used.has(wanted) ? wanted : free);
  }
  return hues.get(group);
}

/** The colour of a slot as such, as a style: the first shade of its hue. */
export const hue = (slot) => ({ "--tone": shade(hueOf(`slot ${slot}`, slot), 0) });

/** The shade of this number. */
function shade(hue, number) {
  const [light, dark, shift] = SHADES[number % SHADES.length];
  const turned = (hue + shift + 4 * Math.floor(number / SHADES.length) + 360) % 360;
  return `light-dark(oklch(${light} .15 ${turned}), oklch(${dark} .13 ${turned}))`;
}

/** The first shade of a hue that is free. If none is, the one that was given longest ago. */
function next(hue) {
  const shades = Array.from({ length: TURNS * SHADES.length }, (_, number) => shade(hue, number));
  const taken = [...tones.values()];
  return shades.find((tone) => !taken.includes(tone)) ?? taken.find((tone) => shades.includes(tone));
}

/** Frees the colours of the oldest releases that are not in the plan. */
function forget(releases) {
  const planned = new Set(releases.map(({ id }) => id));
  const gone = [...tones.keys()].filter((id) => !planned.has(id));
  for (const id of gone.slice(0, Math.max(0, tones.size - KEPT))) {
    tones.delete(id);
    hues.delete(id);
  }
}

function give(id, slot) {
  if (!tones.has(id)) tones.set(id, next(hueOf(slot ? `slot ${slot}` : id, slot)));
}

/** Gives every release its colour, the oldest first, so that a reload of the page gives the same colours. */
export function colour(releases) {
  forget(releases);
  for (const { id, slot } of [...releases].sort((a, b) => a.number - b.number)) give(id, slot);
}

/** The colour of a release, as a style. A request without a release has none. */
export function tone(release) {
  if (!release) return {};
  give(release, null);
  return { "--tone": tones.get(release) };
}
