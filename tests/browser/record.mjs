// Records what a browser sends, one record for each row of requests.mjs.
//
// The pages drive the browser themselves: each asks the server for the page of the next row. So a browser needs no
// driver, only an address to open.
import { createServer } from "node:http";
import { once } from "node:events";
import { OTHER_PAGES, REQUESTS } from "./requests.mjs";

/** The headers that may decide; `Cookie` is recorded as sent or not sent. */
const HEADERS = [
  "accept", "sec-fetch-mode", "sec-fetch-dest", "sec-fetch-site", "sec-purpose", "purpose", "x-moz",
  "service-worker", "sec-websocket-key", "x-requested-with", "range", "if-range", "if-none-match",
  "if-modified-since",
];
/** A key is random; this is the example of RFC 6455. */
const WEBSOCKET_KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const COOKIE = "release=41ab03d.r12-0";
const SECONDS_PER_ROW = 20;

/** Goes to the next page as soon as the row is done. A link to a download stops what its page is fetching. */
const follow = (index) => `<script>
  const follow = () => fetch("/next/${index}").then((next) => next.text())
    .then((url) => location.replace(url), () => setTimeout(follow));
  follow();
</script>`;
const TYPES = { js: "text/javascript", css: "text/css", png: "image/png", mp4: "video/mp4", woff2: "font/woff2",
  pdf: "application/pdf", csv: "text/csv", webmanifest: "application/manifest+json" };

/** Opens the first page in `browser`, and returns what it sent: one record for each row that it has. */
export async function record(browser) {
  const site = new Site(REQUESTS.filter((row) => row.only?.includes(browser.name) ?? true));
  await site.listen();
  try {
    const recorded = site.recorded();
    await Promise.race([recorded, browser.open(`${site.app}/`)]);
    const requests = await recorded;
    return { user_agent: site.userAgent, requests };
  } finally {
    await browser.close();
    site.close();
  }
}

/** One server is both sites: a browser takes `localhost` and `127.0.0.1` for different ones. */
class Site {
  #rows;
  #records = [];
  #seen = new Map();
  #waiting = [];
  #server = createServer((request, response) => this.#answer(request, response));

  constructor(rows) {
    this.#rows = rows;
    this.#server.on("upgrade", (request, socket) => {
      this.#see(request);
      socket.destroy();
    });
  }

  async listen() {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    const { port } = this.#server.address();
    this.app = `http://localhost:${port}`;
    this.other = `http://127.0.0.1:${port}`;
  }

  /** Resolves when every row was seen, each in its time. */
  recorded() {
    return new Promise((resolve, reject) => {
      const give = () => reject(new Error(`the browser did not send: ${this.#rows[this.#records.length].name}`));
      const limit = setTimeout(give, SECONDS_PER_ROW * 1000);
      this.onRecord = () => {
        limit.refresh();
        if (this.#records.length < this.#rows.length) return;
        clearTimeout(limit);
        resolve(this.#records);
      };
    });
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request, response) {
    const { pathname } = new URL(request.url, this.app);
    const [, step, index] = /^\/(next|run)\/(\d+)$/.exec(pathname) ?? [];
    if (step === "next") return this.#sendOn({ index: Number(index), response });
    if (step === "run") return this.#start(Number(index), response);
    const row = this.#see(request);
    response.setHeader("cache-control", row?.noStore ? "no-store" : "max-age=0");
    response.setHeader("etag", `"made"`);
    if (row?.attachment) response.setHeader("content-disposition", "attachment");
    const type = TYPES[/\.(\w+)$/.exec(pathname)?.[1]];
    response.setHeader("content-type", type ?? "text/html");
    if (type) return response.end();
    response.end(row ? page(row, this.#rows.indexOf(row)) : OTHER_PAGES[pathname]);
  }

  /** Notes the request if it is the one that the present row is about. */
  #see(request) {
    const { pathname } = new URL(request.url, this.app);
    const row = this.#rows.find(({ path }) => path === pathname);
    const count = (this.#seen.get(pathname) ?? 0) + 1;
    this.#seen.set(pathname, count);
    this.userAgent ??= request.headers["user-agent"];
    if (row && row === this.#rows[this.#records.length] && count === (row.nth ?? 1)) {
      this.#records.push(recordOf(row, request));
      this.#waiting.splice(0).forEach((page) => this.#sendOn(page));
      this.onRecord();
    }
    return row;
  }

  /** Tells a page of the row where to go, once the row is done. */
  #sendOn(page) {
    const next = page.index + 1;
    if (this.#records.length < next) this.#waiting.push(page);
    else if (next < this.#rows.length) page.response.end(`${this[this.#rows[next].from ?? "app"]}/run/${next}`);
  }

  /** The page that makes the browser send what the row is about. */
  #start(index, response) {
    const row = this.#rows[index];
    const sites = { app: this.app, other: this.other };
    response.setHeader("content-type", "text/html");
    response.setHeader("cache-control", "no-store");
    if (!row.first) response.setHeader("set-cookie", `${COOKIE}; Path=/; HttpOnly; SameSite=Lax`);
    const run = row.run ? `<script type="module">${row.run(sites)}</script>` : "";
    response.end(`<!doctype html>${follow(index)}${row.html?.(sites) ?? ""}${run}`);
  }
}

/** The answer to a row that loads a page. A page that nobody sees must not lead the browser on. */
function page(row, index) {
  return `<!doctype html>${row.unseen ? "" : follow(index)}${row.answer ?? ""}`;
}

function recordOf({ name, path }, { method, headers }) {
  const sent = HEADERS.filter((header) => header in headers).map((header) => [header, headers[header]]);
  const record = { name, method, path, cookie: "cookie" in headers, headers: Object.fromEntries(sent) };
  if ("sec-websocket-key" in headers) record.headers["sec-websocket-key"] = WEBSOCKET_KEY;
  return record;
}
