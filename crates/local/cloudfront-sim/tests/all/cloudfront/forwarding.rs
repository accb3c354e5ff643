//! Which parts of a viewer's request reach the origin and the origin-request function.

use std::time::Duration;

use cloudfront_sim::Names;
use edge_event::{Origin, Trigger};
use http::HeaderMap;

use crate::cloudfront::support::{Change, ORIGIN, Running, Seen, Site, only, request};

/// Sends one request with many headers, cookies and query strings.
async fn visit(change: Change) -> (Running, Seen) {
    let headers = [
        ("accept", "text/html"),
        ("accept-encoding", "gzip, br"),
        ("cookie", "a=1; b=2"),
        ("cookie", "$Version=1; c=3"),
        ("if-none-match", "\"1\""),
        ("range", "bytes=0-1"),
        ("referer", "https://example.org/"),
        ("user-agent", "Browser/1"),
        ("x-color", "blue"),
    ];
    let pass = |event: edge_event::Event| event.passthrough();
    let site = Site::new().function(Trigger::OriginRequest, pass).behavior(change).start();
    let seen = site.send(request("GET", "/a?x=1&y=2&x=3", &headers)).await;
    (site, seen)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("-", |value| value.to_str().expect("it is ASCII"))
}

#[tokio::test]
async fn only_what_a_policy_names_reaches_the_function_and_the_origin() {
    let rows: [(&str, Change, [&str; 6]); 9] = [
        // host, user-agent, x-color, referer, cookie, query
        ("no policy", |_| {}, [ORIGIN, "Amazon CloudFront", "-", "-", "-", ""]),
        (
            "a header in the key",
            |behavior| behavior.cache_policy.headers = only(&["X-Color"]),
            [ORIGIN, "Amazon CloudFront", "blue", "-", "-", ""],
        ),
        (
            "headers forwarded",
            |behavior| {
                behavior.origin_request_policy.headers = only(&["referer", "User-Agent", "Host"]);
            },
            ["shop.example.com", "Browser/1", "-", "https://example.org/", "-", ""],
        ),
        (
            "all headers",
            |behavior| behavior.origin_request_policy.headers = Names::All,
            ["shop.example.com", "Browser/1", "blue", "https://example.org/", "-", ""],
        ),
        (
            "all headers but host",
            |behavior| {
                behavior.origin_request_policy.headers = Names::AllExcept(vec!["host".into()]);
            },
            [ORIGIN, "Browser/1", "blue", "https://example.org/", "-", ""],
        ),
        (
            "cookies of both policies",
            |behavior| {
                behavior.cache_policy.cookies = only(&["c"]);
                behavior.origin_request_policy.cookies = only(&["a"]);
            },
            [ORIGIN, "Amazon CloudFront", "-", "-", "a=1; c=3", ""],
        ),
        (
            "all cookies, without those that are none",
            |behavior| behavior.origin_request_policy.cookies = Names::All,
            [ORIGIN, "Amazon CloudFront", "-", "-", "a=1; b=2; c=3", ""],
        ),
        (
            "a query string",
            |behavior| behavior.cache_policy.query_strings = only(&["x"]),
            [ORIGIN, "Amazon CloudFront", "-", "-", "-", "x=1&x=3"],
        ),
        (
            "all query strings but one",
            |behavior| {
                behavior.origin_request_policy.query_strings = Names::AllExcept(vec!["x".into()]);
            },
            [ORIGIN, "Amazon CloudFront", "-", "-", "-", "y=2"],
        ),
    ];
    for (name, change, expected) in rows {
        let (site, _) = visit(change).await;
        let asked = site.asked().remove(0).1;
        let sent = ["host", "user-agent", "x-color", "referer", "cookie"];
        let headers = sent.map(|name| text(asked.headers(), name));
        let [host, agent, color, referer, cookie] = headers;
        let query = asked.uri().query().unwrap_or_default();
        assert_eq!([host, agent, color, referer, cookie, query], expected, "{name}");

        let event = site.events(Trigger::OriginRequest).remove(0).request;
        for header in sent {
            let shown = event.headers.get(header).unwrap_or("-");
            assert_eq!(shown, text(asked.headers(), header), "{name}: {header}");
        }
        assert_eq!(event.querystring.as_deref(), Some(query), "{name}");
    }
}

#[tokio::test]
async fn where_objects_are_kept_the_origin_is_asked_for_the_whole() {
    let rows: [(&str, Change, [&str; 2]); 3] = [
        ("no policy", |_| {}, ["-", "-"]),
        ("all headers", |behavior| behavior.origin_request_policy.headers = Names::All, ["-", "-"]),
        (
            "all headers, and nothing is kept",
            |behavior| {
                behavior.origin_request_policy.headers = Names::All;
                let policy = &mut behavior.cache_policy;
                (policy.default_ttl, policy.max_ttl) = (Duration::ZERO, Duration::ZERO);
            },
            ["bytes=0-1", "\"1\""],
        ),
    ];
    for (name, change, expected) in rows {
        let (site, seen) = visit(change).await;
        let asked = site.asked().remove(0).1;
        let sent = ["range", "if-none-match"].map(|name| text(asked.headers(), name));
        assert_eq!(sent, expected, "{name}");
        assert_eq!((seen.status(), seen.text()), (206, "he"), "{name}");
    }
}

#[tokio::test]
async fn cloudfront_says_who_it_is_and_for_whom_it_asks() {
    let (site, seen) = visit(|_| {}).await;
    let asked = site.asked().remove(0).1;
    assert_eq!(text(asked.headers(), "x-forwarded-for"), "203.0.113.178");
    assert_eq!(text(asked.headers(), "x-amz-cf-id"), seen.header("x-amz-cf-id"));
    let via = text(asked.headers(), "via");
    assert!(via.starts_with("1.1 ") && via.ends_with(".cloudfront.net (CloudFront)"), "{via}");
    let event = site.events(Trigger::OriginRequest).remove(0).request;
    assert_eq!(event.headers.get("via"), Some(via));
    assert!(!event.headers.contains("x-amz-cf-id"));
}

#[tokio::test]
async fn the_viewers_address_goes_behind_those_of_its_proxies() {
    let site = Site::new().start();
    site.send(request("GET", "/", &[("x-forwarded-for", "192.0.2.4,192.0.2.3")])).await;
    let asked = site.asked().remove(0).1;
    assert_eq!(text(asked.headers(), "x-forwarded-for"), "192.0.2.4,192.0.2.3,203.0.113.178");
}

#[tokio::test]
async fn the_origins_path_goes_in_front_and_its_custom_headers_over_the_others() {
    let mut origin = Origin::custom(ORIGIN);
    *origin.path_mut() = "/shop".into();
    origin.custom_headers_mut().set("X-Secret", "s");
    origin.custom_headers_mut().set("X-Color", "origin");
    let site = Site::new()
        .with(|distribution| {
            distribution.origins.insert("main".into(), cloudfront_sim::OriginSettings { origin });
        })
        .behavior(|behavior| behavior.origin_request_policy.headers = Names::All)
        .start();
    site.send(request("GET", "/a%20b?x", &[("x-color", "viewer")])).await;
    let asked = site.asked().remove(0).1;
    assert_eq!(asked.uri(), "/shop/a%20b");
    assert_eq!(
        (text(asked.headers(), "x-secret"), text(asked.headers(), "x-color")),
        ("s", "origin")
    );
}

#[tokio::test]
async fn a_body_goes_to_the_origin_with_what_describes_it() {
    let site = Site::new().start();
    let mut post = request("POST", "/form", &[("content-type", "text/plain"), ("x-color", "blue")]);
    *post.body_mut() = "body".into();
    site.send(post).await;
    let asked = site.asked().remove(0).1;
    assert_eq!(
        (text(asked.headers(), "content-type"), text(asked.headers(), "x-color")),
        ("text/plain", "-")
    );
    assert_eq!(asked.body(), "body");
}
