//! The requests that CloudFront refuses before any function runs.

use bytes::Bytes;
use cloudfront_sim::Methods;
use edge_event::Trigger;

use crate::cloudfront::support::{Site, get, request};

/// The longest path: 8,192 bytes minus `https://shop.example.com`.
const PATH_BYTES: usize = 8_192 - 24;
/// The longest value: 32,768 bytes minus `/`, `host: shop.example.com` and the name `x-large`.
const VALUE_BYTES: usize = 32_768 - 1 - 20 - 7;

#[tokio::test]
async fn a_url_or_headers_over_the_limit_are_refused() {
    let path = |bytes: usize| format!("/{}", "a".repeat(bytes - 1));
    let value = |bytes: usize| "a".repeat(bytes);
    let rows = [
        ("the longest url", path(PATH_BYTES), String::new(), 200),
        ("a url that is too long", path(PATH_BYTES + 1), String::new(), 414),
        ("the largest headers", "/".into(), value(VALUE_BYTES), 200),
        ("headers that are too large", "/".into(), value(VALUE_BYTES + 1), 494),
    ];
    for (name, url, value, status) in rows {
        let site = Site::new().start();
        let headers = [("x-large", value.as_str())];
        let headers = if value.is_empty() { &headers[..0] } else { &headers[..] };
        let seen = site.send(request("GET", &url, headers)).await;
        assert_eq!(seen.status(), status, "{name}");
        assert_eq!(site.asked().len(), usize::from(status == 200), "{name}");
    }
}

#[tokio::test]
async fn a_method_that_the_behavior_does_not_accept_is_forbidden() {
    let (read, options) = (["GET", "HEAD"].as_slice(), ["GET", "HEAD", "OPTIONS"].as_slice());
    let all = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"];
    let rows = [(Methods::Read, read), (Methods::ReadAndOptions, options), (Methods::All, &all)];
    for (methods, accepted) in rows {
        for method in all.into_iter().chain(["TRACE", "PROPFIND"]) {
            let site = Site::new().behavior(|behavior| behavior.methods = methods).start();
            let seen = site.send(request(method, "/", &[])).await;
            let expected = if accepted.contains(&method) { 200 } else { 403 };
            assert_eq!(seen.status(), expected, "{method} with {methods:?}");
        }
    }
}

#[tokio::test]
async fn a_get_with_a_body_is_forbidden_and_no_function_sees_it() {
    let site = Site::new().function(Trigger::ViewerRequest, |event| event.passthrough()).start();
    let mut with_body = get("/");
    *with_body.body_mut() = Bytes::from_static(b"body");
    let seen = site.send(with_body).await;
    assert_eq!((seen.status(), seen.x_cache()), (403, "Error"));
    assert!(site.events(Trigger::ViewerRequest).is_empty() && site.asked().is_empty());
}

#[tokio::test]
async fn an_edge_location_that_is_not_there_answers_421() {
    let site = Site::new().start();
    let seen = site.send_to("GRU1", get("/")).await;
    assert_eq!((seen.status(), site.asked().len()), (421, 0));
}
