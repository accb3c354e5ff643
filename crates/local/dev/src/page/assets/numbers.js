// What the access log says of each release, content by content.
import { badge, fill, make, percent, place } from "./dom.js";
import { tone } from "./tones.js";

const COLUMNS = ["Content", "Release", "Requests", "Share", "Planned", "Viewers", "With 5xx", "Missing files", "Page errors", "Hits", "Hit", "Miss"];

const NAMES = { page: "Page loads", file: "Files", data: "Data" };

/** Viewers, and their part of all. */
const part = (some, all) => some === 0 ? "0" : `${some} (${percent(some / all)})`;
const milliseconds = ([half, most]) => half === null ? "–" : `${half} / ${most} ms`;

/** The bar is as long as the share. The words beside it say the same. */
function share(release, share) {
  return [make("span", { class: "bar", "aria-hidden": "true", style: { ...tone(release), "--share": share } }), `${share.toFixed(1)} %`];
}

function row(numbers, index, all) {
  const { content, release, requests, viewers, hits, misses } = numbers;
  const cells = [
    share(release, numbers.percent),
    numbers.planned_percent === null ? "–" : `${numbers.planned_percent.toFixed(1)} %`,
    String(viewers), part(numbers.server_errors, viewers),
    content === "file" ? part(numbers.missing_files, viewers) : "–",
    numbers.page_errors === null ? "–" : part(numbers.page_errors, viewers),
    hits + misses === 0 ? "–" : percent(hits / (hits + misses)),
    milliseconds(numbers.hit_ms), milliseconds(numbers.miss_ms),
  ];
  const figures = [String(requests), ...cells].map((text, column) =>
    make("td", { class: "number", "data-column": COLUMNS[column + 2] }, make("span", {}, text)));
  const isFirst = index === 0 || all[index - 1].content !== content;
  return make("tr", { class: isFirst ? "first" : false }, make("th", { scope: "row" }, NAMES[content]), make("td", {}, badge(release)), figures);
}

export function showNumbers({ numbers }) {
  place("numbers").hidden = numbers === null;
  if (numbers === null) return;
  place("no-numbers").hidden = numbers.length > 0;
  fill(place("numbers-head"), numbers.length === 0 ? [] : make("tr", {}, COLUMNS.map((text, index) =>
    make("th", { scope: "col", class: index > 1 ? "number" : false }, text))));
  fill(place("numbers-rows"), numbers.map(row));
}
