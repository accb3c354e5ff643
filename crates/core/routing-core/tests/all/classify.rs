//! Documents and subresources.

use path_pattern::PathPattern;
use routing_core::{Kind, Request, Rules, classify};

use crate::support::Headers;

const BROWSER: Headers<'_> = &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
const HTML: Headers<'_> = &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];

fn kind(method: &str, uri: &str, headers: Headers<'_>) -> Kind {
    let rules = Rules::default();
    let request =
        Request { method, uri, querystring: "", client_ip: "203.0.113.7", headers: &headers };
    classify(&request, &rules)
}

#[test]
fn a_document_is_an_app_load() {
    let table: &[(&str, &str, &str, Headers<'_>)] = &[
        ("a browser opens the page", "GET", "/", BROWSER),
        ("HEAD counts", "HEAD", "/", BROWSER),
        ("a browser opens a deep link", "GET", "/carts/7", BROWSER),
        ("a browser opens a file", "GET", "/report.pdf", BROWSER),
        ("a page of another folder", "GET", "/.well-known-cafes", BROWSER),
        ("an old browser names HTML", "GET", "/carts/7", HTML),
        ("HTML in any case, with parameters", "GET", "/", &[("accept", "a/b, text/html;q=0.9")]),
        ("HTML in the second Accept", "GET", "/", &[("accept", "a/b"), ("accept", "text/html")]),
        ("no Accept at all", "GET", "/carts/7", &[]),
        ("an HTML file", "GET", "/about.html", HTML),
        ("a folder with a dot in its name", "GET", "/v1.2/", HTML),
        ("a folder with a dot, a page without", "GET", "/v1.2/about", HTML),
        ("only the mode is there", "GET", "/", &[("sec-fetch-mode", "navigate")]),
        ("only the destination is there", "GET", "/", &[("sec-fetch-dest", "document")]),
        ("a pinned page", "GET", "/_r/9f2c1e7", HTML),
        ("another purpose", "GET", "/", &[("purpose", "preview")]),
    ];
    for (name, method, uri, headers) in table {
        assert_eq!(kind(method, uri, headers), Kind::Document, "{name}");
    }
}

#[test]
fn everything_else_is_a_subresource() {
    let table: &[(&str, &str, &str, Headers<'_>)] = &[
        ("POST", "POST", "/", BROWSER),
        ("OPTIONS", "OPTIONS", "/", BROWSER),
        ("a method in lower case", "get", "/", BROWSER),
        ("an API call", "GET", "/api/carts", &[("accept", "application/json")]),
        ("anything will do", "GET", "/", &[("accept", "*/*")]),
        ("an empty Accept", "GET", "/", &[("accept", "")]),
        ("a look-alike of HTML", "GET", "/", &[("accept", "text/html5")]),
        ("an asset", "GET", "/app.4f2a.js", HTML),
        ("an asset without Accept", "GET", "/app.js", &[]),
        ("a hidden file", "GET", "/.env", HTML),
        ("a look-alike of .html", "GET", "/a.htmlx", HTML),
        ("a name that ends in a dot", "GET", "/a.", HTML),
        ("a fetched partial", "GET", "/", &[("sec-fetch-mode", "cors"), ("accept", "text/html")]),
        (
            "a frame",
            "GET",
            "/",
            &[
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "iframe"),
                ("accept", "text/html"),
            ],
        ),
        (
            "a fetch that says document",
            "GET",
            "/",
            &[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "document")],
        ),
        ("only the mode is there, on a file", "GET", "/a.js", &[("sec-fetch-mode", "navigate")]),
        ("only another destination is there", "GET", "/", &[("sec-fetch-dest", "script")]),
        ("an excluded path", "GET", "/.well-known/assetlinks", BROWSER),
        ("an excluded path behind a pin", "GET", "/_r/9f2c1e7/.well-known/a", BROWSER),
    ];
    for (name, method, uri, headers) in table {
        assert_eq!(kind(method, uri, headers), Kind::Subresource, "{name}");
    }
}

#[test]
fn what_is_fetched_ahead_is_no_document() {
    let table = [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("sec-purpose", "prefetch;anonymous-client-ip"),
        ("sec-purpose", "anonymous-client-ip; prefetch"),
        ("sec-purpose", "prerender"),
        ("purpose", "prefetch"),
        ("purpose", "Prefetch"),
        ("purpose", "prerender"),
    ];
    for (name, value) in table {
        let headers = [BROWSER, &[(name, value)]].concat();
        assert_eq!(kind("GET", "/", &headers), Kind::Subresource, "{name}: {value}");
    }
}

#[test]
fn the_configuration_can_exclude_any_path() {
    let exclude = ["/docs/*", "*/raw"].map(|text| PathPattern::parse(text).unwrap()).to_vec();
    let rules = Rules { exclude, ..Rules::default() };
    let table = [
        ("/docs/", Kind::Subresource),
        ("/docs/a/b", Kind::Subresource),
        ("/a/raw", Kind::Subresource),
        ("/docs", Kind::Document),
        ("/Docs/a", Kind::Document),
        ("/.well-known/a", Kind::Document),
    ];
    for (uri, expected) in table {
        let headers = BROWSER;
        let request = Request {
            method: "GET",
            uri,
            querystring: "",
            client_ip: "203.0.113.7",
            headers: &headers,
        };
        assert_eq!(classify(&request, &rules), expected, "{uri}");
    }
}
