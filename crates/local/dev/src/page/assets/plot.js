// Bars for the last minutes: page loads per release, stacked, and the hit ratio.
import { make, percent, place, tell } from "./dom.js";
import { short } from "./names.js";
import { tone } from "./tones.js";

const WIDTH = 600;

const bar = (x, width, top, height, attributes, text) =>
  make("rect", { x: x + 1, y: top, width: width - 2, height, ...attributes }, make("title", {}, text));

function shares({ loads }, most, index, step) {
  let top = 120;
  return Object.entries(loads).map(([release, count]) => {
    const height = (count / most) * 116;
    top -= height;
    return bar(index * step, step, top, height, { style: tone(release) }, `${short(release)}: ${count}`);
  });
}

function hits({ hits, total }, index, step) {
  if (total === 0) return [];
  const height = Math.max(1, (hits / total) * 58);
  return [bar(index * step, step, 60 - height, height, {}, `${hits} of ${total} from the cache`)];
}

/** The counts in words, for screen readers too. */
function words(spans) {
  const total = spans.reduce((sum, span) => sum + span.total, 0);
  if (total === 0) return "No requests in the last five minutes.";
  const loads = new Map();
  for (const span of spans) {
    for (const [release, count] of Object.entries(span.loads)) {
      loads.set(release, (loads.get(release) ?? 0) + count);
    }
  }
  const pages = [...loads.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...loads].map(([release, count]) => `${short(release)} ${count} (${percent(count / pages)})`);
  const hits = spans.reduce((sum, span) => sum + span.hits, 0);
  const requests = `In the last five minutes: ${total} requests, ${percent(hits / total)} of them from a cache.`;
  return pages === 0 ? requests : `${requests} Page loads: ${parts.join(", ")}.`;
}

/** Draws the spans, oldest first: `{loads: {release: count}, hits, total}`. */
export function draw(spans) {
  const step = WIDTH / spans.length;
  const pages = spans.map((span) => Object.values(span.loads).reduce((sum, count) => sum + count, 0));
  const most = Math.max(1, ...pages);
  place("share-plot").replaceChildren(...spans.flatMap((span, index) => shares(span, most, index, step)));
  place("hit-plot").replaceChildren(...spans.flatMap((span, index) => hits(span, index, step)));
  tell(place("traffic-text"), words(spans));
}
