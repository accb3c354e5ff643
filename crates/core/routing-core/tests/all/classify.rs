//! Documents and subresources: the rules in their order, each with its neighbours.

use path_pattern::PathPattern;
use routing_core::{Answers, Embedding, Kind, Layout, Plan, Request, Route, Rules, classify};

use crate::support::{Headers, NONE, RULES, canary};

use Kind::{Document, Subresource};

const BROWSER: Headers<'_> = &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
const HTML: Headers<'_> = &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
/// A release that the plan of these tests serves.
const USABLE: (&str, &str) = ("cookie", "release=old.r12-0");

/// Name, method, path and headers.
type Row<'a> = (&'a str, &'a str, &'a str, Headers<'a>);

fn kind_by(
    rules: &Rules,
    plan: Option<&Plan>,
    method: &str,
    uri: &str,
    headers: Headers<'_>,
) -> Kind {
    let request =
        Request { method, uri, querystring: "", client_ip: "203.0.113.7", headers: &headers };
    classify(&request, plan, rules)
}

fn kind(method: &str, uri: &str, headers: Headers<'_>) -> Kind {
    kind_by(&RULES, Some(&canary()), method, uri, headers)
}

fn check(expected: Kind, rows: &[Row<'_>]) {
    for (name, method, uri, headers) in rows {
        assert_eq!(kind(method, uri, headers), expected, "{name}");
    }
}

fn pattern(text: &str) -> PathPattern {
    PathPattern::parse(text).unwrap()
}

fn route(paths: &str, answers: Answers) -> Route {
    Route { pattern: pattern(paths), origin: "api".into(), answers }
}

#[test]
fn a_page_load_is_a_document() {
    check(
        Document,
        &[
            ("a browser opens the page", "GET", "/", BROWSER),
            ("HEAD counts", "HEAD", "/", BROWSER),
            ("a browser opens a deep link", "GET", "/carts/7", BROWSER),
            ("a browser opens a file", "GET", "/report.pdf", BROWSER),
            ("a page of another folder", "GET", "/.well-known-cafes", BROWSER),
            ("a page with a dot in its name", "GET", "/users/john.doe", BROWSER),
            ("only the mode is there", "GET", "/", &[("sec-fetch-mode", "navigate")]),
            ("only the destination is there", "GET", "/", &[("sec-fetch-dest", "document")]),
            ("a pinned page", "GET", "/_r/9f2c1e7", HTML),
            ("a page load with another purpose", "GET", "/", &[("purpose", "preview")]),
        ],
    );
}

#[test]
fn everything_else_is_a_subresource() {
    check(
        Subresource,
        &[
            ("POST", "POST", "/", BROWSER),
            ("OPTIONS", "OPTIONS", "/", BROWSER),
            ("a method in lower case", "get", "/", BROWSER),
            ("an API call", "GET", "/api/carts", &[("accept", "application/json")]),
            ("an excluded path", "GET", "/.well-known/assetlinks", BROWSER),
            ("an excluded path behind a pin", "GET", "/_r/9f2c1e7/.well-known/a", BROWSER),
            (
                "the association file of iOS, which has no extension",
                "GET",
                "/apple-app-site-association",
                NONE,
            ),
            (
                "a script of the page",
                "GET",
                "/app.js",
                &[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "script"), ("accept", "*/*")],
            ),
            (
                "an API call by fetch",
                "GET",
                "/carts",
                &[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty"), ("accept", "*/*")],
            ),
            (
                "a fetched partial",
                "GET",
                "/",
                &[("sec-fetch-mode", "cors"), ("accept", "text/html")],
            ),
            (
                "a fetch that says document",
                "GET",
                "/",
                &[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "document")],
            ),
            (
                "an event stream",
                "GET",
                "/events",
                &[
                    ("sec-fetch-mode", "cors"),
                    ("sec-fetch-dest", "empty"),
                    ("accept", "text/event-stream"),
                ],
            ),
            (
                "a link that Chromium downloads",
                "GET",
                "/export",
                &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "empty")],
            ),
            (
                "a web manifest",
                "GET",
                "/app.webmanifest",
                &[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "manifest"), ("accept", "*/*")],
            ),
            (
                "only the mode is there, on a file",
                "GET",
                "/a.js",
                &[("sec-fetch-mode", "navigate")],
            ),
            ("only another destination is there", "GET", "/", &[("sec-fetch-dest", "script")]),
        ],
    );
}

#[test]
fn a_socket_follows_the_page_in_every_browser() {
    const KEY: (&str, &str) = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    check(
        Subresource,
        &[
            (
                "Chromium",
                "GET",
                "/live",
                &[("upgrade", "websocket"), ("sec-websocket-version", "13"), KEY],
            ),
            (
                "Firefox",
                "GET",
                "/live",
                &[
                    ("accept", "*/*"),
                    ("sec-fetch-mode", "websocket"),
                    ("sec-fetch-dest", "empty"),
                    ("upgrade", "websocket"),
                    KEY,
                ],
            ),
            ("a client that says it is a page load", "GET", "/", &[BROWSER[0], BROWSER[1], KEY]),
        ],
    );
    let old: Headers<'_> = &[("upgrade", "websocket")];
    assert_eq!(kind("GET", "/", old), Document, "without the key it is no handshake");
}

#[test]
fn a_partial_page_load_follows_the_page_in_browsers_without_fetch_metadata() {
    let marks = [
        ("htmx", "hx-request", "true"),
        ("a frame of Turbo", "turbo-frame", "cart"),
        ("a visit of Turbo", "x-turbo-request-id", "0c2f4bd2-8f06-4b5a-9a5e-0a5f2d6a3d8b"),
        ("pjax", "x-pjax", "true"),
        ("jQuery", "x-requested-with", "XMLHttpRequest"),
        ("jQuery, in lower case", "x-requested-with", "xmlhttprequest"),
        ("Swup", "x-requested-with", "swup"),
    ];
    for (name, header, value) in marks {
        let headers = [HTML, &[(header, value)]].concat();
        assert_eq!(kind("GET", "/cart", &headers), Subresource, "{name}");
    }
    let views = [
        ("a shop's own application", "com.example.shop"),
        ("an application that opens links", "com.google.android.gm"),
    ];
    for (name, package) in views {
        for metadata in [HTML, BROWSER] {
            let headers = [metadata, &[("x-requested-with", package)]].concat();
            assert_eq!(kind("GET", "/cart", &headers), Document, "Android's web view: {name}");
        }
    }
}

#[test]
fn a_back_end_without_pages_never_moves_the_page() {
    let routes = vec![
        route("/api/pages/*", Answers::Pages),
        route("/api/*", Answers::Data),
        route("/account/*", Answers::Pages),
        route("/account/export/*", Answers::Data),
    ];
    let rules = Rules { routes, ..RULES.clone() };
    let worker: Headers<'_> = &[("service-worker", "script")];
    let firefox = [BROWSER, HTML].concat();
    let table: &[(&str, &str, Headers<'_>, Kind)] = &[
        ("a download in Firefox", "/api/export", &firefox, Subresource),
        ("an OAuth callback", "/api/callback", BROWSER, Subresource),
        ("a back end's page in a new tab", "/api/docs/", &firefox, Subresource),
        ("a client without Accept", "/api/carts", NONE, Subresource),
        ("a client that names HTML", "/api/carts", HTML, Subresource),
        ("a pinned path", "/_r/old/api/export", &firefox, Subresource),
        ("a service worker's script", "/api/sw.js", worker, Subresource),
        ("a page of the back end", "/account/", BROWSER, Document),
        ("a page of the back end, by Accept", "/account/orders", HTML, Document),
        ("an API call to a route with pages", "/account/orders", &[("accept", "*/*")], Subresource),
        ("pages below data: the first route counts", "/api/pages/1", BROWSER, Document),
        ("data below pages: the first route counts", "/account/export/1", BROWSER, Document),
        ("a path beside the route", "/api", BROWSER, Document),
        ("a path in other case", "/API/export", BROWSER, Document),
    ];
    for (name, uri, headers, expected) in table {
        let found = kind_by(&rules, Some(&canary()), "GET", uri, headers);
        assert_eq!(found, *expected, "{name}");
    }
}

#[test]
fn the_script_of_a_service_worker_follows_the_plan() {
    let chromium: Headers<'_> = &[
        ("service-worker", "script"),
        ("sec-fetch-mode", "same-origin"),
        ("sec-fetch-dest", "serviceworker"),
        ("accept", "*/*"),
    ];
    check(
        Document,
        &[
            ("a browser's update check", "GET", "/sw.js", chromium),
            ("a browser without fetch metadata", "GET", "/sw.js", &[("service-worker", "script")]),
            ("a script without an extension", "GET", "/worker", chromium),
            ("a pinned script", "GET", "/_r/old/sw.js", chromium),
        ],
    );
    check(
        Subresource,
        &[
            ("a script that the worker imports", "GET", "/workbox.js", &chromium[1..]),
            ("a request of the worker", "GET", "/app.js", &[("service-worker", "other")]),
            (
                "navigation preload is its own header",
                "GET",
                "/a.js",
                &[("service-worker-navigation-preload", "true")],
            ),
            ("an excluded path", "GET", "/.well-known/sw.js", chromium),
            ("POST", "POST", "/sw.js", chromium),
        ],
    );
}

/// Every way to say that something is fetched ahead.
const AHEAD: [(&str, &str); 8] = [
    ("sec-purpose", "prefetch"),
    ("sec-purpose", "prefetch;prerender"),
    ("sec-purpose", "prefetch;anonymous-client-ip"),
    ("sec-purpose", "anonymous-client-ip; prefetch"),
    ("sec-purpose", "prerender"),
    ("purpose", "prefetch"),
    ("purpose", "Prefetch"),
    ("purpose", "prerender"),
];

#[test]
fn what_is_fetched_ahead_of_an_open_page_is_no_document() {
    for (name, value) in AHEAD {
        for page in [BROWSER, HTML] {
            let headers = [page, &[(name, value), USABLE]].concat();
            assert_eq!(kind("GET", "/", &headers), Subresource, "{name}: {value}");
        }
    }
}

#[test]
fn a_first_visit_that_is_fetched_ahead_is_a_document() {
    for (name, value) in AHEAD {
        for page in [BROWSER, HTML] {
            let headers = [page, &[(name, value)]].concat();
            assert_eq!(kind("GET", "/", &headers), Document, "{name}: {value}");
        }
    }
    let plan = canary();
    let cookies: &[(&str, &str, Option<&Plan>, Kind)] = &[
        ("of a served release", "release=old.r12-0", Some(&plan), Subresource),
        ("of a staged release", "release=dark", Some(&plan), Subresource),
        ("of another rollout", "release=old.r1-9", Some(&plan), Subresource),
        ("the second of two", "release=nope; release=old", Some(&plan), Subresource),
        ("of a withdrawn release", "release=gone.r12-0", Some(&plan), Document),
        ("of an unknown release", "release=nope.r12-0", Some(&plan), Document),
        ("malformed", "release=../old", Some(&plan), Document),
        ("of another name", "xrelease=old.r12-0", Some(&plan), Document),
        ("empty", "release=", Some(&plan), Document),
        ("without any plan", "release=old.r12-0", None, Document),
    ];
    for (name, cookie, plan, expected) in cookies {
        let headers = [BROWSER, &[("sec-purpose", "prefetch"), ("cookie", cookie)]].concat();
        let found = kind_by(&RULES, *plan, "GET", "/", &headers);
        assert_eq!(found, *expected, "a cookie {name}");
    }
}

#[test]
fn of_links_to_prefetch_only_pages_are_documents() {
    let chromium: Headers<'_> = &[
        ("sec-purpose", "prefetch"),
        ("sec-fetch-mode", "no-cors"),
        ("sec-fetch-dest", "empty"),
        HTML[0],
    ];
    check(
        Document,
        &[
            ("a page", "GET", "/cart", chromium),
            ("a page with a dot", "GET", "/users/john.doe", chromium),
        ],
    );
    check(
        Subresource,
        &[
            ("a script", "GET", "/app.js", chromium),
            ("an excluded path", "GET", "/.well-known/a", chromium),
            ("a page, with a usable cookie", "GET", "/cart", &[chromium, &[USABLE]].concat()),
        ],
    );
    let rules = Rules { routes: vec![route("/api/*", Answers::Data)], ..RULES.clone() };
    assert_eq!(kind_by(&rules, None, "GET", "/api/carts", chromium), Subresource, "an API call");
}

#[test]
fn another_sites_frame_is_a_page_load_where_the_application_is_embedded() {
    let embedded = Rules { embedding: Embedding::Anywhere, ..RULES.clone() };
    let table = [
        ("another site's frame", "iframe", "cross-site", Document),
        ("another site's frameset", "frame", "cross-site", Document),
        ("the application's own frame", "iframe", "same-origin", Subresource),
        ("a frame of a sister site", "iframe", "same-site", Subresource),
        ("a frame that a person opened", "iframe", "none", Subresource),
        ("another site's <embed>", "embed", "cross-site", Subresource),
        ("another site's script", "script", "cross-site", Subresource),
        ("another site's link", "document", "cross-site", Document),
    ];
    for (name, destination, site, expected) in table {
        let headers: Headers<'_> = &[
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", destination),
            ("sec-fetch-site", site),
            HTML[0],
        ];
        let plan = canary();
        assert_eq!(kind_by(&embedded, Some(&plan), "GET", "/", headers), expected, "{name}");
        let elsewhere = if destination == "document" { Document } else { Subresource };
        assert_eq!(kind("GET", "/", headers), elsewhere, "{name}, not embedded");
    }
    let fetched: Headers<'_> = &[
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-dest", "iframe"),
        ("sec-fetch-site", "cross-site"),
    ];
    assert_eq!(kind_by(&embedded, None, "GET", "/", fetched), Subresource, "no navigation");
    assert_eq!(kind_by(&embedded, None, "GET", "/", &fetched[1..]), Subresource, "no mode");
}

#[test]
fn without_fetch_metadata_accept_and_the_path_decide() {
    check(
        Document,
        &[
            ("an old browser names HTML", "GET", "/carts/7", HTML),
            (
                "HTML in any case, with parameters",
                "GET",
                "/",
                &[("accept", "a/b, text/html;q=0.9")],
            ),
            (
                "HTML in the second Accept",
                "GET",
                "/",
                &[("accept", "a/b"), ("accept", "text/html")],
            ),
            ("an old browser opens a file", "GET", "/report.pdf", HTML),
            ("an HTML file", "GET", "/about.html", HTML),
            ("no Accept at all", "GET", "/carts/7", NONE),
            ("no Accept, a folder with a dot in its name", "GET", "/v1.2/", NONE),
            ("no Accept, a page below such a folder", "GET", "/v1.2/about", NONE),
            ("no Accept, a version", "GET", "/docs/v1.2", NONE),
            ("no Accept, a domain", "GET", "/domains/example.com", NONE),
            ("no Accept, a name that ends in a dot", "GET", "/a.", NONE),
        ],
    );
    check(
        Subresource,
        &[
            ("anything will do", "GET", "/", &[("accept", "*/*")]),
            ("an empty Accept", "GET", "/", &[("accept", "")]),
            ("a look-alike of HTML", "GET", "/", &[("accept", "text/html5")]),
            ("HTML in a parameter", "GET", "/", &[("accept", "a/b;c=text/html")]),
            ("no Accept, an asset", "GET", "/app.4f2a.js", NONE),
            ("no Accept, an asset in capitals", "GET", "/LOGO.PNG", NONE),
            ("no Accept, a hidden file", "GET", "/.env", NONE),
            ("no Accept, a pinned asset", "GET", "/_r/old/app.js", NONE),
        ],
    );
}

#[test]
fn the_configuration_can_exclude_any_path() {
    let exclude = ["/docs/*", "*/raw"].map(pattern).to_vec();
    let rules = Rules { exclude, ..RULES.clone() };
    let table = [
        ("/docs/", Subresource),
        ("/docs/a/b", Subresource),
        ("/a/raw", Subresource),
        ("/docs", Document),
        ("/Docs/a", Document),
        ("/.well-known/a", Document),
    ];
    for (uri, expected) in table {
        assert_eq!(kind_by(&rules, None, "GET", uri, BROWSER), expected, "{uri}");
    }
}

#[test]
fn the_layout_of_the_bucket_changes_no_page_load() {
    for layout in [Layout::SinglePage, Layout::Folders, Layout::Html, Layout::Files] {
        let rules = Rules { layout, ..RULES.clone() };
        for (uri, headers, expected) in [
            ("/about/", BROWSER, Document),
            ("/about", NONE, Document),
            ("/about.css", NONE, Subresource),
        ] {
            let found = kind_by(&rules, None, "GET", uri, headers);
            assert_eq!(found, expected, "{layout:?}: {uri}");
        }
    }
}
