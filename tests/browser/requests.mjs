// Every way in which a page makes a browser send a request, one row each.
//
// `path` is the request that the row is about: no other row has it. `html` is a part, and `run` a script, of the page
// that makes the browser send it; both get the two sites' origins. `nth` says which request for the path counts.
// `from: "other"` puts that page on another site. `first` comes before the browser has a cookie.
// `answer` is a part of the page at `path`; `unseen` pages are not shown in the tab.
// `only` names the browsers that send it, and `why` says why the others do not.

const click = (attributes) => ({
  html: () => `<a id="go" ${attributes}>go</a>`,
  run: () => `document.getElementById("go").click()`,
});
const submit = (attributes) => ({
  html: () => `<form id="go" ${attributes}><input name="q" value="shoes"></form>`,
  run: () => `document.getElementById("go").submit()`,
});
const fetched = (path, options) => ({ unseen: true, run: () => `fetch("${path}", ${JSON.stringify(options)})` });

const rules = (kind, urls) =>
  `<script type="speculationrules">${JSON.stringify({ [kind]: [{ urls, eagerness: "immediate" }] })}</script>`;
const speculation = { unseen: true, only: ["Chromium"], why: "Firefox ignores speculation rules." };
const manifest = (attributes) => ({
  html: () => `<link rel="manifest" ${attributes}>`,
  only: ["Chromium"],
  why: "Firefox for the desktop does not fetch web manifests.",
});

const RELOAD_ONCE = `<script>
  addEventListener("load", () => setTimeout(() => {
    if (sessionStorage.reloaded) return;
    sessionStorage.reloaded = "yes";
    location.reload();
  }));
</script>`;
// A page with an `unload` listener is not kept for Back.
const LEAVE_AND_COME_BACK = `<script>
  addEventListener("unload", () => {});
  addEventListener("load", () => setTimeout(() => {
    if (sessionStorage.left) return;
    sessionStorage.left = "yes";
    location.href = "/away";
  }));
</script>`;
const UPDATE_ONCE_ACTIVE = `
  const { installing, waiting, active } = registration;
  const worker = installing ?? waiting ?? active;
  const update = () => worker.state === "activated" && registration.update();
  worker.addEventListener("statechange", update);
  update();`;

export const REQUESTS = [
  { name: "page load, first visit", path: "/", first: true },
  { name: "page load, prefetched by another site, first visit", path: "/landing", first: true, from: "other",
    html: ({ app }) => rules("prefetch", [`${app}/landing`]), ...speculation },

  { name: "page load, link", path: "/cart", ...click(`href="/cart"`) },
  { name: "page load, link of another site", path: "/offer", from: "other",
    html: ({ app }) => `<a id="go" href="${app}/offer">go</a>`, run: click().run },
  { name: "page load, reload", path: "/account", nth: 2, ...click(`href="/account"`), answer: RELOAD_ONCE },
  { name: "page load, back", path: "/orders", nth: 2, noStore: true, ...click(`href="/orders"`),
    answer: LEAVE_AND_COME_BACK },
  { name: "form, GET", path: "/find", ...submit(`action="/find"`) },
  { name: "form, POST", path: "/checkout", ...submit(`action="/checkout" method="post"`) },

  { name: "script", path: "/assets/classic.js", html: () => `<script src="/assets/classic.js"></script>` },
  { name: "module script", path: "/assets/module.js",
    html: () => `<script type="module" crossorigin src="/assets/module.js"></script>` },
  { name: "module script, preloaded", path: "/assets/preloaded.js",
    html: () => `<link rel="modulepreload" href="/assets/preloaded.js">` },
  { name: "module script, imported later", path: "/assets/lazy.js", run: () => `import("/assets/lazy.js")` },
  { name: "style sheet", path: "/assets/style.css", html: () => `<link rel="stylesheet" href="/assets/style.css">` },
  { name: "font", path: "/assets/text.woff2", run: () => `new FontFace("text", "url(/assets/text.woff2)").load()` },
  { name: "image", path: "/assets/logo.png", html: () => `<img alt="" src="/assets/logo.png">` },
  { name: "video", path: "/assets/film.mp4", html: () => `<video preload="auto" src="/assets/film.mp4"></video>` },
  { name: "worker", path: "/assets/worker.js", run: () => `new Worker("/assets/worker.js")` },
  { name: "service worker", path: "/sw.js",
    run: () => `navigator.serviceWorker.register("/sw.js", { scope: "/installed/" })` },
  { name: "service worker, update check", path: "/pwa/sw.js", nth: 2,
    run: () => `const registration = await navigator.serviceWorker.register("/pwa/sw.js"); ${UPDATE_ONCE_ACTIVE}` },
  { name: "web manifest", path: "/manifest.webmanifest", ...manifest(`href="/manifest.webmanifest"`) },
  { name: "web manifest with credentials", path: "/app.webmanifest",
    ...manifest(`crossorigin="use-credentials" href="/app.webmanifest"`) },

  { name: "fetch, credentials omit", path: "/api/omit", ...fetched("/api/omit", { credentials: "omit" }) },
  { name: "fetch, credentials same-origin", path: "/api/same-origin",
    ...fetched("/api/same-origin", { credentials: "same-origin" }) },
  { name: "fetch, credentials include", path: "/api/include", ...fetched("/api/include", { credentials: "include" }) },
  { name: "fetch of HTML", path: "/partial", ...fetched("/partial", { headers: { accept: "text/html" } }) },
  { name: "WebSocket", path: "/live", run: ({ app }) => `new WebSocket("${app.replace("http", "ws")}/live")` },
  { name: "EventSource", path: "/api/events", unseen: true, run: () => `new EventSource("/api/events")` },
  { name: "beacon", path: "/api/beacon", unseen: true, run: () => `navigator.sendBeacon("/api/beacon", "seen")` },

  { name: "download of a back end, link", path: "/api/export.csv", attachment: true,
    ...click(`href="/api/export.csv"`) },
  { name: "download of a back end, link with download", path: "/api/report.csv", attachment: true,
    ...click(`href="/api/report.csv" download`) },
  { name: "download of a file, link", path: "/files/manual.pdf", attachment: true,
    ...click(`href="/files/manual.pdf"`) },
  { name: "download of a file, link with download", path: "/files/prices.pdf", attachment: true,
    ...click(`href="/files/prices.pdf" download`) },

  { name: "frame", path: "/widget", unseen: true, html: () => `<iframe src="/widget"></iframe>` },
  { name: "frame of another site", path: "/embedded", unseen: true, from: "other",
    html: ({ app }) => `<iframe src="${app}/embedded"></iframe>` },

  { name: "prefetch, link", path: "/help", unseen: true, html: () => `<link rel="prefetch" href="/help">` },
  { name: "prefetch, speculation rules", path: "/terms", html: () => rules("prefetch", ["/terms"]), ...speculation },
  { name: "prerender, speculation rules", path: "/about", html: () => rules("prerender", ["/about"]), ...speculation },
  { name: "script of a prerendered page", path: "/assets/later.js", html: () => rules("prerender", ["/later"]),
    ...speculation },
];

/** Pages that help a row and are none. */
export const OTHER_PAGES = {
  "/away": `<script>addEventListener("load", () => setTimeout(() => history.back()))</script>`,
  "/later": `<script src="/assets/later.js"></script>`,
};
