//! Pins in paths, and the path and origin that a request is sent to.

use path_pattern::PathPattern;
use routing_core::{
    Answers, Layout, MAX_PREFIX_LEN, Pins, Request, Route, Rules, page_object, pins, route,
    s3_path, strip_pin,
};

use crate::support::RULES;

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

fn pattern(text: &str) -> PathPattern {
    PathPattern::parse(text).unwrap()
}

#[test]
fn a_path_is_a_file_by_its_type_and_not_by_its_dot() {
    let rules = Rules::default();
    let files = [
        "/index.html",
        "/app.js",
        "/assets/app.3f9a.js",
        "/LOGO.PNG",
        "/fonts/a.woff2",
        "/.env",
        "/docs/.htaccess",
        "/.",
        "/feed.xml",
        "/app.js.map",
        "/robots.txt",
        "/_r/9f2c1e7/app.js",
    ];
    let pages = [
        "/",
        "/cart",
        "/carts/",
        "/users/john.doe",
        "/docs/v1.2",
        "/docs/v1.2/",
        "/v1.2/about",
        "/domains/example.com",
        "/blog/hello.",
        "/a..b",
        "/price/9.99",
        "/.well-known/assetlinks",
        "/app.js/edit",
        "/app.jsx",
    ];
    for uri in files {
        assert!(rules.is_file(uri), "{uri} is a file");
    }
    for uri in pages {
        assert!(!rules.is_file(uri), "{uri} is no file");
    }
    let mut rules = rules;
    rules.file_types.push("com".into());
    assert!(rules.is_file("/domains/example.com"), "the configuration adds a type");
}

/// The rows of [`a_page_is_the_object_that_its_layout_names`]: path, then the object of each layout.
const OBJECTS: &[(&str, &str, &str, &str)] = &[
    ("/", "/index.html", "/index.html", "/index.html"),
    ("/about", "/index.html", "/about/index.html", "/about.html"),
    ("/about/", "/index.html", "/about/index.html", "/about/index.html"),
    ("/a/b/c", "/index.html", "/a/b/c/index.html", "/a/b/c.html"),
    ("/v1.2/about", "/index.html", "/v1.2/about/index.html", "/v1.2/about.html"),
    ("/users/john.doe", "/index.html", "/users/john.doe/index.html", "/users/john.doe.html"),
    ("/docs/v1.2", "/index.html", "/docs/v1.2/index.html", "/docs/v1.2.html"),
    ("/docs/v1.2/", "/index.html", "/docs/v1.2/index.html", "/docs/v1.2/index.html"),
    (
        "/domains/example.com",
        "/index.html",
        "/domains/example.com/index.html",
        "/domains/example.com.html",
    ),
    ("/.well-knownish/a", "/index.html", "/.well-knownish/a/index.html", "/.well-knownish/a.html"),
];

#[test]
fn a_page_is_the_object_that_its_layout_names() {
    for (uri, single_page, folders, html) in OBJECTS {
        for (layout, expected) in [
            (Layout::SinglePage, Some(*single_page)),
            (Layout::Folders, Some(*folders)),
            (Layout::Html, Some(*html)),
            (Layout::Files, None),
        ] {
            let rules = Rules { layout, ..RULES.clone() };
            let found = page_object(uri, &rules);
            assert_eq!(found.as_deref(), expected, "{layout:?}: {uri}");
        }
    }
}

#[test]
fn files_excluded_paths_and_routes_stay_as_they_are() {
    let routes = [("/api/*", Answers::Data), ("/account/*", Answers::Pages)]
        .map(|(paths, answers)| Route { pattern: pattern(paths), origin: "api".into(), answers });
    let indexes = vec![(pattern("*"), "all.html".to_owned())];
    for layout in [Layout::SinglePage, Layout::Folders, Layout::Html, Layout::Files] {
        for indexes in [Vec::new(), indexes.clone()] {
            let rules = Rules { layout, indexes, routes: routes.to_vec(), ..RULES.clone() };
            for uri in [
                "/index.html",
                "/app.js",
                "/.env",
                "/.well-known/assetlinks",
                "/apple-app-site-association",
                "/api/carts",
                "/api/carts/",
                "/account/orders",
            ] {
                assert_eq!(page_object(uri, &rules), None, "{layout:?}: {uri}");
            }
        }
    }
}

#[test]
fn a_path_pattern_has_an_index_document_of_its_own() {
    let index = |paths: &str, document: &str| (pattern(paths), document.to_owned());
    let indexes = vec![index("/de/admin/*", "de/admin.html"), index("/de/*", "de/index.html")];
    let table = [
        (Layout::SinglePage, "/de/", "/de/index.html"),
        (Layout::SinglePage, "/de/cart/7", "/de/index.html"),
        (Layout::SinglePage, "/de/users/john.doe", "/de/index.html"),
        (Layout::SinglePage, "/de/admin/", "/de/admin.html"),
        (Layout::SinglePage, "/de", "/index.html"),
        (Layout::SinglePage, "/cart", "/index.html"),
        (Layout::Folders, "/de/cart", "/de/index.html"),
        (Layout::Folders, "/cart", "/cart/index.html"),
        (Layout::Html, "/de/cart/", "/de/index.html"),
        (Layout::Html, "/cart", "/cart.html"),
        (Layout::Files, "/de/cart", "/de/index.html"),
    ];
    for (layout, uri, expected) in table {
        let rules = Rules { layout, indexes: indexes.clone(), ..RULES.clone() };
        assert_eq!(page_object(uri, &rules).as_deref(), Some(expected), "{layout:?}: {uri}");
    }
}

#[test]
fn the_index_document_has_the_configured_name() {
    let rules = |layout| Rules { layout, index_document: "app.html".into(), ..RULES.clone() };
    let table = [
        (Layout::SinglePage, "/cart", Some("/app.html")),
        (Layout::Folders, "/cart", Some("/cart/app.html")),
        (Layout::Html, "/cart/", Some("/cart/app.html")),
        (Layout::Html, "/cart", Some("/cart.html")),
        (Layout::Files, "/", None),
    ];
    for (layout, uri, expected) in table {
        assert_eq!(page_object(uri, &rules(layout)).as_deref(), expected, "{layout:?}: {uri}");
    }
}

#[test]
fn the_first_route_that_matches_names_the_origin() {
    let to = |paths: &str, origin: &str| Route {
        pattern: pattern(paths),
        origin: origin.into(),
        answers: Answers::Data,
    };
    let routes = vec![to("/api/search/*", "search"), to("/api/*", "api")];
    let rules = Rules { routes, ..RULES.clone() };
    let table = [
        ("/api/search/a", Some("search")),
        ("/api/carts", Some("api")),
        ("/app-api/x", None),
        ("/", None),
    ];
    for (uri, expected) in table {
        let found = route(uri, &rules).map(|route| route.origin.as_str());
        assert_eq!(found, expected, "{uri}");
    }
}
