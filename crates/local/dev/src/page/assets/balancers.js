// The load balancers of the project's followers: weights, shares of requests, cookies and open connections.
import { arrange, clock, fill, make, percent, place, tell } from "./dom.js";
import { hue } from "./tones.js";

const COLUMNS = ["Group", "Weight", "Last minute", "New cookies", "Kept by cookie", "Targets"];
const known = new Map();

/** The part of a load balancer. It is made once. */
function partOf(name) {
  if (known.has(name)) return known.get(name);
  const head = COLUMNS.map((text, index) =>
    make("th", { scope: "col", class: index > 0 && index < 5 ? "number" : false }, text));
  const made = {
    title: make("h3", {}), text: make("p", { class: "note" }), shares: make("div", { class: "shares", "aria-hidden": "true" }),
    rows: make("tbody", {}),
    plot: make("div", { class: "history", role: "img" }),
  };
  made.part = make("div", { class: "balancer" }, made.title, made.text, made.shares,
    make("table", {}, make("thead", {}, make("tr", {}, head)), made.rows),
    make("figure", {}, make("figcaption", {}, "Share of the requests, the last five minutes"), made.plot,
      make("p", { class: "axis" }, make("span", {}, "5 min ago"), make("span", {}, "now"))));
  known.set(name, made);
  return made;
}

const label = ({ slot, name }) => slot ?? name;
const many = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

/** `127.0.0.1:4001 draining until 12:00:30, 1 request, 2 WebSockets` */
function target({ address, health, until, requests, websockets }) {
  const state = until === null ? health : `${health} until ${clock(until)} at the latest`;
  const open = [requests > 0 && many(requests, "request"), websockets > 0 && many(websockets, "WebSocket")].filter(Boolean);
  return make("li", {}, [`${address} ${state}`, ...open].join(", "));
}

/** The cells with numbers. A phone shows the name of the column in each. */
function figures({ weight, weighed, minute, new_cookies: created, kept }) {
  const texts = [`${weight} (${percent(weighed)})`, minute === null ? "–" : percent(minute), String(created), String(kept)];
  return texts.map((text, index) => make("td", { class: "number", "data-column": COLUMNS[index + 1] }, text));
}

/** A column for each span, divided by the groups. */
function columns(groups) {
  return groups[0].requests.map((_, index) => {
    const total = groups.reduce((sum, { requests }) => sum + requests[index], 0);
    return make("span", {}, groups.filter(({ requests }) => requests[index] > 0).map((group) =>
      make("i", { style: { ...hue(label(group)), "flex-grow": group.requests[index] / total },
        title: `${label(group)}: ${group.requests[index]} of ${total}` })));
  });
}

function show({ name, url, arn, stickiness, groups }) {
  const part = partOf(name);
  tell(part.title, name);
  const sticky = stickiness === null ? "no group stickiness" : `group stickiness ${stickiness} s`;
  fill(part.text, make("a", { href: url }, url), ` – ${sticky}, ${arn.split(":").pop()}`);
  fill(part.shares, groups.filter(({ minute }) => minute > 0).map((group) =>
    make("span", { style: { ...hue(label(group)), "flex-grow": group.minute * 1000 } }, `${label(group)} ${percent(group.minute)}`)));
  fill(part.rows, groups.map((group) => make("tr", {}, make("td", {}, label(group)), figures(group),
    make("td", {}, make("ul", { class: "targets" }, group.targets.map(target))))));
  if (groups.length > 0) fill(part.plot, columns(groups));
  const words = groups.map((group) => `${label(group)} ${group.requests.reduce((sum, count) => sum + count, 0)}`);
  part.plot.setAttribute("aria-label", `Requests in the last five minutes: ${words.join(", ")}`);
  return part.part;
}

export function showBalancers({ balancers }) {
  place("balancing").hidden = balancers.length === 0;
  arrange(place("balancers"), balancers.map(show));
}
