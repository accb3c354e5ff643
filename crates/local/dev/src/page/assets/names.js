// Short forms of long release ids. The whole id is in the element's title.
const LONG = 20;

const known = new Map();

/** The short form of an id: twelve digits of a commit hash, else its beginning and its end. */
export function short(id) {
  if (id.length <= LONG) return id;
  if (!known.has(id)) {
    const wanted = /^[0-9a-f]+$/i.test(id) ? id.slice(0, 12) : `${id.slice(0, 9)}…${id.slice(-8)}`;
    known.set(id, [...known.values()].includes(wanted) ? id : wanted);
  }
  return known.get(id);
}

/** The text with the short forms of all ids that were shortened before. */
export function brief(text) {
  let brief = text;
  for (const [id, name] of known) brief = brief.replaceAll(id, name);
  return brief;
}
