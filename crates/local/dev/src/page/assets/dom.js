// Helpers for elements and for requests to the server. Text is never parsed as markup.
import { short } from "./names.js";
import { tone } from "./tones.js";

export const place = (id) => document.getElementById(id);

/** Makes an element. `on...` attributes are listeners, `style` is an object; undefined and false ones are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElementNS(
    tag === "rect" || tag === "title" ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [property, text] of Object.entries(value)) element.style.setProperty(property, text);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

/** Replaces the children of `element`. If text and markup are the same, keeps them, and with them focus and selection. */
export function fill(element, ...children) {
  const next = element.cloneNode(false);
  next.append(...children.flat());
  if (next.innerHTML !== element.innerHTML) element.replaceChildren(...next.childNodes);
}

/** Sets the text of `element`. If it is the same, keeps the selection, and screen readers do not repeat it. */
export function tell(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Makes `wanted` the children of `element`. A child that is already in its place keeps its focus. */
export function arrange(element, wanted) {
  for (const child of [...element.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((child, index) => {
    if (element.children[index] !== child) element.insertBefore(child, element.children[index] ?? null);
  });
}

/** Requests `/_edgeswitch/api/...`, as a POST if there is a body. A refusal throws the server's error and hint. */
export async function ask(path, body) {
  const posted = body === undefined ? {} : {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  };
  const answer = await fetch(`/_edgeswitch/api/${path}`, posted);
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.error), { hint: told.hint });
  return told;
}

/** Shows a message at the place that people look at: below the button that they pressed. */
export function say(where, text, failed = false) {
  const told = place(where);
  told.classList.toggle("refusal", failed);
  tell(told, text);
}

/** The sentence for an error or for the server's refusal, with its hint. */
export const reason = ({ message, error = message, hint }) => [error, hint].filter(Boolean).map(sentence).join(". ");

/** Begins the server's text with a capital letter. */
export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Wraps an action: if it fails, shows why at `where`. */
export const attempt = (where, action) => async (event) => {
  event?.preventDefault();
  try {
    await action(event);
  } catch (error) {
    say(where, reason(error), true);
  }
};

export const badge = (release) => release
  ? make("span", { class: "release", style: tone(release), title: release }, short(release))
  : make("span", { class: "release" }, "no release");

export const percent = (share) => `${Math.round(share * 1000) / 10} %`;
export const clock = (ms) => new Date(ms).toISOString().slice(11, 19);
