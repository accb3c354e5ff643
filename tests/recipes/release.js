// What the page tells edgeswitch, and asks it. The build replaces `__RELEASE__` by the release's id.

/** Calls the API of the page's own release, whatever another tab did to the release cookie. */
export function api(path, options = {}) {
  const headers = new Headers(options.headers);
  headers.set("x-deployment-id", __RELEASE__);
  return fetch(path, { ...options, headers });
}

/** Calls `offer` when a page load would bring another release than this page's. */
export function watchReleases(offer) {
  const ask = async () => {
    const answer = await fetch("/_r/");
    const { next } = answer.ok ? await answer.json() : {};
    if (next && next !== __RELEASE__) offer(next);
  };
  const askWhenSeen = () => document.hidden || ask().catch(() => { /* offline: ask again later */ });
  document.addEventListener("visibilitychange", askWhenSeen);
  setInterval(askWhenSeen, 60_000);
}
