// Tells the access log what went wrong in a page, and how fast it was: see docs/observe.md.
//
//   <script src="/beacon.min.js" data-release="41ab03d"></script>
//
// Put it first: errors before it are lost. It is written to be small.
(() => {
  const { src, dataset } = document.currentScript;
  // A path pin names the release too.
  const { release = /_r\/([\w-]+)|$/.exec(src)[1] || "", beacon = "/_b", sample = 100 } = dataset;
  const sent = {};
  let left = Math.random() * 100 < sample ? 5 : 0;
  let lcp = 0, inp = 0, cls = 0, shift, first, last;

  // GET, because logs keep the query and not the body, and because a behaviour of a bucket refuses POST.
  const send = (k, t = "", more) => {
    if (left && !sent[k + t]) {
      sent[k + t] = left--;
      fetch(beacon + "?" + new URLSearchParams({ k, r: release, s: sample, t, ...more }), { keepalive: true })
        .catch(() => {});
    }
  };

  // Only a capturing listener sees the errors of elements.
  ["error", "unhandledrejection", "vite:preloadError", "visibilitychange"].map((type) =>
    addEventListener(type, ({ target: { tagName, src, href }, error, reason }) => {
      const text = (error || reason || "") + "";
      // The file of an element that does not load, or a chunk. Other sites' files do not count, and neither do their
      // errors: a browser gives no `error` for these.
      if (/SCRIPT|LINK/.test(tagName)
        ? (src || href || origin).startsWith(origin)
        : /preload|ChunkLoad|imported module|module script/.test(type + text)) send("chunk");
      // Without addresses: a query can hold a token.
      else if (text) send(type, text.replace(/\w+:\/\/\S+/g, "").slice(0, 200));
      else if (document.hidden) send("vitals", "", { lcp: lcp | 0, inp, cls: cls * 1e3 | 0 });
    }, true));

  ["largest-contentful-paint", "event", "layout-shift"].map((type) =>
    new PerformanceObserver((list) =>
      list.getEntries().map(({ startTime, duration, interactionId, value, hadRecentInput }) => {
        if (interactionId) {
          if (duration > inp) inp = duration;
        } else if (value) {
          if (!hadRecentInput) {
            // The worst window of shifts: at most a second between two, and at most five seconds in all.
            shift = startTime - last < 1e3 && startTime - first < 5e3 ? shift + value : (first = startTime, value);
            last = startTime;
            if (shift > cls) cls = shift;
          }
        } else if (!duration) lcp = startTime;
      })).observe({ type, buffered: true }));
})();
