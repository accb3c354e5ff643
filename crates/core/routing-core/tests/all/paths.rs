//! Pins in paths, and the path and origin that a request is sent to.

use path_pattern::PathPattern;
use routing_core::{
    MAX_PREFIX_LEN, Pins, Request, Route, Rules, SinglePageFallback, document_uri, origin_key,
    pins, s3_path, strip_pin,
};

#[test]
fn a_pin_is_stripped_at_its_exact_segment() {
    let long = format!("/_r/{}/a", "x".repeat(65));
    let table = [
        ("a pinned asset", "/_r/9f2c1e7/app.js", "/app.js", Some("9f2c1e7")),
        ("a pinned folder", "/_r/9f2c1e7/a/b/", "/a/b/", Some("9f2c1e7")),
        ("a pinned root", "/_r/9f2c1e7/", "/", Some("9f2c1e7")),
        ("the pin alone", "/_r/9f2c1e7", "/", Some("9f2c1e7")),
        ("one pin only", "/_r/a/_r/b/c", "/_r/b/c", Some("a")),
        ("no pin", "/app.js", "/app.js", None),
        ("the root", "/", "/", None),
        ("no id", "/_r/", "/_r/", None),
        ("an empty id", "/_r//app.js", "/_r//app.js", None),
        ("no segment", "/_r", "/_r", None),
        ("a longer segment", "/_rx/a/b", "/_rx/a/b", None),
        ("other case", "/_R/a/b", "/_R/a/b", None),
        ("deeper", "/x/_r/a/b", "/x/_r/a/b", None),
        ("a path for an id", "/_r/../b", "/_r/../b", None),
        ("an encoded path for an id", "/_r/%2e%2e/b", "/_r/%2e%2e/b", None),
        ("an id with a dot", "/_r/a.b/c", "/_r/a.b/c", None),
        ("65 characters", &long, &long, None),
    ];
    for (name, uri, rest, id) in table {
        assert_eq!(strip_pin(uri), (rest, id), "{name}");
    }
}

#[test]
fn a_request_names_its_release_in_three_places() {
    let headers: &[_] = &[("x-deployment-id", "h"), ("x-deployment-id", "other")];
    let none: &[(&str, &str)] = &[];
    let request = |uri, querystring, headers| Request {
        method: "GET",
        uri,
        querystring,
        client_ip: "",
        headers,
    };
    let table = [
        ("all", request("/_r/p/a.js", "dpl=q", &headers), Some("p"), Some("q"), Some("h")),
        ("none", request("/a.js", "", &none), None, None, None),
        ("query among others", request("/", "a=1&dpl=q&b=2", &none), None, Some("q"), None),
        ("the first of two", request("/", "dpl=q&dpl=r", &none), None, Some("q"), None),
        ("a value with `=`", request("/", "dpl=q=r", &none), None, Some("q=r"), None),
        ("an empty value", request("/", "dpl=", &none), None, Some(""), None),
        ("look-alikes", request("/", "xdpl=q&dpl2=q&DPL=q&dpl", &none), None, None, None),
    ];
    for (name, request, path, query, header) in table {
        assert_eq!(pins(&request), Pins { path, query, header }, "{name}");
    }
}

#[test]
fn a_prefix_follows_the_configured_path_once() {
    let fits = "/".to_owned() + &"x".repeat(MAX_PREFIX_LEN - "/r/a".len() - 1);
    let table = [
        ("no path", "", "/r/a", Some("/r/a".into())),
        ("a path", "/site", "/r/a", Some("/site/r/a".into())),
        ("twice", "/r/a", "/r/a", Some("/r/a".into())),
        ("twice after a path", "/site/r/a", "/r/a", Some("/site/r/a".into())),
        ("a longer segment that ends like it", "/xr/a", "/r/a", Some("/xr/a/r/a".into())),
        ("a segment that begins like it", "/r/ab", "/r/a", Some("/r/ab/r/a".into())),
        ("at the limit", &fits, "/r/a", Some(format!("{fits}/r/a"))),
        ("above the limit", &format!("{fits}x"), "/r/a", None),
    ];
    for (name, configured, prefix, expected) in table {
        assert_eq!(s3_path(configured, prefix), expected, "{name}");
    }
}

#[test]
fn paths_without_an_extension_get_the_index_document() {
    let rules = Rules::default();
    let table = [
        ("/", true),
        ("/carts/7", true),
        ("/carts/", true),
        ("/v1.2/about", true),
        ("/.well-knownish", false),
        ("/index.html", false),
        ("/app.js", false),
        ("/.env", false),
        ("/.well-known/assetlinks", false),
    ];
    for (uri, expected) in table {
        assert_eq!(document_uri(uri, &rules).is_some(), expected, "{uri}");
    }
    assert_eq!(document_uri("/carts/7", &rules).as_deref(), Some("/index.html"));
    let named = Rules { index_document: "app.html".into(), ..Rules::default() };
    assert_eq!(document_uri("/", &named).as_deref(), Some("/app.html"));
    let off = Rules { single_page_fallback: SinglePageFallback::Off, ..Rules::default() };
    assert_eq!(document_uri("/", &off), None);
}

#[test]
fn the_first_route_that_matches_names_the_origin() {
    let route = |pattern: &str, origin: &str| Route {
        pattern: PathPattern::parse(pattern).unwrap(),
        origin: origin.into(),
    };
    let routes = vec![route("/api/search/*", "search"), route("/api/*", "api")];
    let rules = Rules { routes, ..Rules::default() };
    let table = [
        ("/api/search/a", Some("search")),
        ("/api/carts", Some("api")),
        ("/app-api/x", None),
        ("/", None),
    ];
    for (uri, expected) in table {
        assert_eq!(origin_key(uri, &rules), expected, "{uri}");
    }
}
