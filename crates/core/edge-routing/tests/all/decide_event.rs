//! What each trigger looks at.

use edge_config::Config;
use edge_event::Request;
use edge_routing::{Routed, decide_event, reason_text};
use routing_core::{At, Kind, Source};

use crate::support::{NOW, plan, shop, shop_on_a_miss};

fn page(url: &str) -> Request {
    Request::get(url)
        .header("Sec-Fetch-Mode", "navigate")
        .header("Sec-Fetch-Dest", "document")
        .header("Accept", "text/html")
}

fn asset(url: &str) -> Request {
    Request::get(url).header("Sec-Fetch-Mode", "no-cors").header("Sec-Fetch-Dest", "script")
}

/// `<kind> <stamp>: <reason>`.
fn words(request: &Request, config: &Config, at: At) -> String {
    let source = Some(Source::Stored(plan(config)));
    let Routed { kind, decision, .. } = decide_event(request, source, config, at, NOW);
    let kind = match kind {
        Kind::Document => "document",
        Kind::Subresource => "subresource",
    };
    format!("{kind} {}: {}", decision.stamp().unwrap(), reason_text(&decision))
}

#[test]
fn at_viewer_request_everything_that_a_viewer_sent_decides() {
    let config = shop();
    let worker = asset("/sw.js").header("Service-Worker", "script").cookie("release=old.r12-1");
    let prefetch = page("/").header("Sec-Purpose", "prefetch");
    let table = [
        ("a page load", page("/").cookie("release=new.r12-1"), "document new.r12-1: stage"),
        ("an asset", asset("/a.js").cookie("release=new.r12-1"), "subresource new: sticky"),
        ("a pinned asset", asset("/a.js?dpl=dark"), "subresource dark: pin"),
        (
            "an unknown pin",
            asset("/a.js?dpl=nope").cookie("release=new"),
            "subresource new: sticky, ignored pin",
        ),
        ("an update of a service worker", worker, "document old.r12-1: stage"),
        (
            "prefetched beside an open page",
            prefetch.clone().cookie("release=new"),
            "subresource new: sticky",
        ),
        (
            "a download of the back end",
            page("/api/export").cookie("release=new"),
            "subresource new: sticky",
        ),
        (
            "an override",
            page("/").cookie("release=new; release-override=dark"),
            "document dark: override",
        ),
    ];
    for (name, request, expected) in table {
        assert_eq!(words(&request, config, At::Viewer), expected, "{name}");
    }
    let kind =
        decide_event(&prefetch, Some(Source::Stored(plan(config))), config, At::Viewer, NOW).kind;
    assert_eq!(kind, Kind::Document, "a first visit that is prefetched");
}

#[test]
fn on_a_miss_only_the_path_and_the_cookies_decide() {
    let config = shop_on_a_miss();
    let table = [
        ("a page load", page("/cart").cookie("release=new"), "document old.r12-1: stage"),
        ("an asset", asset("/a.js").cookie("release=new"), "subresource new: sticky"),
        (
            "an asset that a browser opens",
            page("/a.js").cookie("release=new"),
            "subresource new: sticky",
        ),
        ("a page with a dot", page("/users/john.doe"), "document old.r12-1: stage"),
        ("a pin in the query", asset("/a.js?dpl=new"), "subresource old: stage"),
        ("a pin in the path", asset("/_r/new/a.js"), "subresource new: pin"),
        ("an API call", asset("/api/carts").cookie("release=new"), "subresource new: sticky"),
        (
            "an override is not looked at",
            page("/").cookie("release-override=dark"),
            "document old.r12-1: stage",
        ),
    ];
    for (name, request, expected) in table {
        assert_eq!(words(&request, config, At::Miss), expected, "{name}");
    }
}

/// viewer-request knows what a miss will decide.
#[test]
fn where_a_miss_decides_viewer_request_looks_at_overrides_alone() {
    let config = shop_on_a_miss();
    let table = [
        ("a page load", page("/").cookie("release=new"), "document old.r12-1: stage"),
        ("a pin in the query", asset("/a.js?dpl=new"), "subresource old: stage"),
        (
            "an override",
            asset("/a.js").cookie("release-override=dark"),
            "subresource dark: override",
        ),
    ];
    for (name, request, expected) in table {
        assert_eq!(words(&request, config, At::Viewer), expected, "{name}");
    }
}
