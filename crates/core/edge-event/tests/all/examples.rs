//! The functions of `examples/`: CloudFront accepts their results, and each does its work.

use edge_event::{
    CustomOrigin, Event, Headers, Origin, Outcome, Request, Response, Trigger, check,
};

use crate::support::event_files;

/// The examples' `main` and `handle` run only in Lambda.
macro_rules! example {
    ($name:ident, $file:literal) => {
        #[path = $file]
        #[expect(dead_code, reason = "the tests call the function without a runtime")]
        mod $name;
    };
}

example!(viewer_request, "../../examples/viewer_request.rs");
example!(origin_request, "../../examples/origin_request.rs");
example!(origin_response, "../../examples/origin_response.rs");
example!(viewer_response, "../../examples/viewer_response.rs");

#[test]
fn cloudfront_accepts_their_results() {
    type Function = fn(Event) -> Outcome;
    let examples: [(Trigger, Function); 4] = [
        (Trigger::ViewerRequest, viewer_request::redirect),
        (Trigger::OriginRequest, origin_request::route),
        (Trigger::OriginResponse, origin_response::keep_assets),
        (Trigger::ViewerResponse, viewer_response::secure),
    ];
    for (trigger, function) in examples {
        for (file, json) in event_files(trigger) {
            let event = Event::from_json(&json).expect("an event");
            assert_eq!(check(&event, &function(event.clone())), [], "{file}");
        }
    }
}

#[test]
fn www_is_redirected_with_the_path_and_the_query_string() {
    for (host, url, location) in [
        ("www.example.com", "/cart?a=1", Some("https://example.com/cart?a=1")),
        ("www.example.com", "/", Some("https://example.com/")),
        ("example.com", "/", None),
    ] {
        let event = Event::viewer_request(Request::get(url).header("Host", host));
        let outcome = viewer_request::redirect(event.clone());
        assert_eq!(check(&event, &outcome), [], "{host}{url}");
        let expected = match location {
            Some(location) => Response::status(301).header("Location", location).into(),
            None => event.passthrough(),
        };
        assert_eq!(outcome, expected, "{host}{url}");
    }
}

#[test]
fn searches_go_to_their_own_server() {
    let to_bucket = |url| {
        let request = Request::get(url).header("Host", "shop.s3.eu-west-1.amazonaws.com");
        Event::origin_request(request.origin(Origin::s3("shop.s3.eu-west-1.amazonaws.com")))
    };
    let event = to_bucket("/search/socks?page=2");
    let outcome = origin_request::route(event.clone());
    assert_eq!(check(&event, &outcome), []);
    let mut server = CustomOrigin::new("search.example.com");
    server.read_timeout = Some(60);
    let expected = Request::get("/search/socks?page=2").header("Host", "search.example.com");
    assert_eq!(outcome, expected.origin(server).into());
    let other = to_bucket("/searchlights");
    assert_eq!(origin_request::route(other.clone()), other.passthrough());
}

#[test]
fn found_assets_may_be_kept() {
    for (url, status, kept) in [
        ("/assets/app.3f9a.js", 200, Some("public, max-age=31536000, immutable")),
        ("/assets/app.3f9a.js", 404, None),
        ("/", 200, None),
    ] {
        let event = Event::origin_response(Request::get(url), Response::status(status));
        let headers = headers_of(origin_response::keep_assets(event));
        assert_eq!(headers.get("cache-control"), kept, "{url} {status}");
    }
}

#[test]
fn every_response_gets_the_security_headers() {
    let stored = Response::status(200).header("X-Content-Type-Options", "none");
    let event = Event::viewer_response(Request::get("/"), stored);
    let headers = headers_of(viewer_response::secure(event));
    assert_eq!(headers.get("strict-transport-security"), Some("max-age=63072000"));
    assert_eq!(headers.values("x-content-type-options").collect::<Vec<_>>(), ["nosniff"]);
    assert_eq!(headers.get("referrer-policy"), Some("strict-origin-when-cross-origin"));
}

fn headers_of(outcome: Outcome) -> Headers {
    match outcome {
        Outcome::Response(response) => response.headers,
        Outcome::Request(request) => panic!("a request: {request:?}"),
    }
}
