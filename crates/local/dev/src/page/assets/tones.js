// Colours of releases. A release has a colour of its slot's hue, and no two releases have the same colour.
/** Hues that are told apart easily, in degrees. The slots `blue` and `green` have their own. */
const BY_NAME = { blue: 258, green: 152, red: 25, orange: 58, yellow: 95, teal: 195, purple: 305, violet: 290, pink: 350 };
const HUES = [258, 152, 58, 305, 25, 195, 350, 110];
/** Lightness on light and on dark paper, and what is added to the hue. Every release of one slot takes the next. */
const SHADES = [[0.5, 0.74, 0], [0.38, 0.87, 6], [0.57, 0.64, -16], [0.45, 0.8, 12], [0.33, 0.69, -10], [0.53, 0.92, -24]];

const hues = new Map();
const tones = new Map();
const taken = new Set();

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

function next(hue) {
  for (let number = 0; ; number++) {
    const [light, dark, shift] = SHADES[number % SHADES.length];
    const turned = (hue + shift + 4 * Math.floor(number / SHADES.length) + 360) % 360;
    const tone = `light-dark(oklch(${light} .15 ${turned}), oklch(${dark} .13 ${turned}))`;
    if (!taken.has(tone)) return tone;
  }
}

/** Gives every release its colour, the oldest first, so that a reload of the page gives the same colours. */
export function colour(releases) {
  for (const { id, slot } of [...releases].sort((a, b) => a.number - b.number)) {
    if (tones.has(id)) continue;
    const tone = next(hueOf(slot ? `slot ${slot}` : id, slot));
    taken.add(tone);
    tones.set(id, tone);
  }
}

/** The colour of a release, as a style. A request without a release has none. */
export function tone(release) {
  if (!release) return {};
  if (!tones.has(release)) colour([{ id: release, slot: null, number: 0 }]);
  return { "--tone": tones.get(release) };
}
