//! When functions run, and what they see.

use edge_event::{Event, Outcome, Response, Trigger};
use http::header;

use crate::cloudfront::support::{ORIGIN, Running, Site, get, request, response};

/// Functions that change nothing at all four triggers.
fn traced() -> Site {
    let associate =
        |site: Site, trigger| site.function(trigger, |event: Event| event.passthrough());
    Trigger::ALL.into_iter().fold(Site::new(), associate)
}

fn ran(site: &Running) -> [usize; 4] {
    Trigger::ALL.map(|trigger| site.events(trigger).len())
}

#[tokio::test]
async fn origin_triggers_run_on_a_miss_only_and_viewer_triggers_always() {
    let site = traced().start();
    for (expected, x_cache) in [([1, 1, 1, 1], "Miss"), ([2, 1, 1, 2], "Hit")] {
        assert_eq!(site.get("/a").await.x_cache(), x_cache);
        assert_eq!(ran(&site), expected);
    }
}

#[tokio::test]
async fn viewer_response_does_not_run_on_an_error() {
    let site = traced().origin(ORIGIN, |_| Ok(response(404, &[], "no"))).start();
    for expected in [[1, 1, 1, 0], [2, 1, 1, 0]] {
        assert_eq!(site.get("/a").await.status(), 404);
        assert_eq!(ran(&site), expected);
    }
}

#[tokio::test]
async fn what_viewer_request_answers_is_never_kept_and_runs_nothing_else() {
    let site = traced()
        .function(Trigger::ViewerRequest, |_| {
            Response::status(302).header("Location", "/b").body("moved").into()
        })
        .start();
    for times in 1..=2 {
        let seen = site.get("/a").await;
        assert_eq!((seen.status(), seen.header("location"), seen.text()), (302, "/b", "moved"));
        assert_eq!(seen.x_cache(), "LambdaGeneratedResponse");
        assert_eq!(ran(&site), [times, 0, 0, 0]);
    }
}

#[tokio::test]
async fn what_origin_request_answers_is_kept_and_skips_origin_response() {
    let site = traced()
        .function(Trigger::OriginRequest, |_| {
            Response::status(200).header("Content-Type", "text/html").body("made").into()
        })
        .start();
    let (miss, hit) = (site.get("/a").await, site.get("/a").await);
    assert_eq!((miss.x_cache(), hit.x_cache()), ("Miss", "Hit"));
    assert_eq!((miss.text(), hit.text()), ("made", "made"));
    assert_eq!(ran(&site), [2, 1, 0, 2]);
    assert!(site.asked().is_empty());
}

#[tokio::test]
async fn every_event_says_what_it_is_about() {
    let site = traced().start();
    let seen = site.send(request("GET", "/a?b=c", &[("accept", "*/*"), ("accept", "x/y")])).await;
    for trigger in Trigger::ALL {
        let event = site.events(trigger).remove(0);
        let config = &event.config;
        assert_eq!(config.distribution_id.as_deref(), Some("EDFDVBD6EXAMPLE"));
        assert_eq!(
            config.distribution_domain_name.as_deref(),
            Some("d111111abcdef8.cloudfront.net")
        );
        assert_eq!(config.request_id.as_deref(), Some(seen.header("x-amz-cf-id")));
        assert_eq!(config.event_type, Some(trigger));
        let request = &event.request;
        let of_origin = !trigger.is_viewer();
        assert_eq!((request.method.as_str(), request.uri.as_str()), ("GET", "/a"));
        assert_eq!(request.client_ip, "203.0.113.178");
        assert_eq!(request.querystring.as_deref(), Some(if of_origin { "" } else { "b=c" }));
        assert_eq!(request.origin.is_some(), of_origin, "{trigger}");
        assert_eq!(event.response.is_some(), !trigger.is_request(), "{trigger}");
        let accepted: Vec<_> = request.headers.values("accept").collect();
        assert_eq!(accepted, if of_origin { vec![] } else { vec!["*/*", "x/y"] }, "{trigger}");
    }
}

#[tokio::test]
async fn no_function_sees_the_headers_that_are_disallowed() {
    let hidden = [
        ("connection", "close"),
        ("expect", "100-continue"),
        ("te", "trailers"),
        ("upgrade", "websocket"),
        ("x-amz-cf-id", "forged"),
        ("x-cache", "Hit from cloudfront"),
        ("x-edge-anything", "forged"),
        ("x-forwarded-proto", "https"),
        ("x-real-ip", "192.0.2.1"),
    ];
    let site = traced().origin(ORIGIN, move |_| Ok(response(200, &hidden, "hello"))).start();
    site.send(request("GET", "/", &hidden)).await;
    for trigger in Trigger::ALL {
        let event = site.events(trigger).remove(0);
        let response = event.response.unwrap_or_default();
        for (name, _) in hidden {
            assert!(!event.request.headers.contains(name), "{name} in a {trigger} request");
            assert!(!response.headers.contains(name), "{name} in a {trigger} response");
        }
    }
}

#[tokio::test]
async fn origin_response_decides_what_is_kept() {
    let site = Site::new()
        .function(Trigger::OriginResponse, |event| {
            let response = event.response.unwrap_or_default().header("X-Made", "1");
            Outcome::from(response.status_description("Fine").body("replaced"))
        })
        .start();
    for x_cache in ["Miss", "Hit"] {
        let seen = site.get("/a").await;
        assert_eq!(
            (seen.x_cache(), seen.text(), seen.header("x-made")),
            (x_cache, "replaced", "1")
        );
        assert_eq!(seen.header("content-length"), "8");
    }
}

#[tokio::test]
async fn a_body_in_base64_arrives_as_bytes_and_an_empty_one_drops_the_origins() {
    let rows = [("aGk=", "hi"), ("", "")];
    for (body, expected) in rows {
        let site = Site::new()
            .function(Trigger::OriginResponse, move |event| {
                let mut response = event.response.unwrap_or_default().body(body);
                response.body_encoding = Some(edge_event::BodyEncoding::Base64);
                response.into()
            })
            .start();
        assert_eq!(site.get("/a").await.text(), expected);
    }
}

#[tokio::test]
async fn viewer_response_changes_headers_but_not_what_is_kept() {
    let site = Site::new()
        .function(Trigger::ViewerResponse, |event| {
            let age = event.response.as_ref().and_then(|response| response.headers.get("age"));
            let seen = format!("age {}", age.unwrap_or("none"));
            event.response.clone().unwrap_or_default().header("X-Seen", seen).into()
        })
        .start();
    assert_eq!(site.get("/a").await.header("x-seen"), "age none");
    site.wait(3);
    assert_eq!(site.get("/a").await.header("x-seen"), "age 3");
}

#[tokio::test]
async fn an_exchange_tells_the_steps_in_order() {
    let site = traced().start();
    let words = |seen: &crate::cloudfront::support::Seen| -> Vec<String> {
        seen.exchange.steps.iter().map(crate::cloudfront::support::word).collect()
    };
    let miss = site.get("/a").await;
    let expected = "viewer-request, lookup Miss, origin-request, origin 200, origin-response, kept 86400, viewer-response";
    assert_eq!(words(&miss).join(", "), expected);
    assert_eq!(
        words(&site.get("/a").await).join(", "),
        "viewer-request, lookup Hit, viewer-response"
    );
    assert_eq!(miss.exchange.id, miss.header("x-amz-cf-id"));
    assert_eq!((miss.exchange.method.as_str(), miss.exchange.url.as_str()), ("GET", "/a"));
}

#[tokio::test]
async fn a_viewer_request_function_changes_the_key_and_what_the_origin_is_asked() {
    let site = Site::new()
        .function(Trigger::ViewerRequest, |mut event| {
            event.request.uri = "/same".into();
            event.request.into()
        })
        .start();
    assert_eq!(site.get("/a").await.x_cache(), "Miss");
    assert_eq!(site.send(get("/b")).await.x_cache(), "Hit");
    let asked = site.asked();
    assert_eq!(
        (asked[0].1.uri().path(), asked[0].1.headers().get(header::HOST).is_some()),
        ("/same", true)
    );
}

#[tokio::test]
async fn functions_see_headers_in_utf_8_and_what_they_leave_alone_stays_byte_for_byte() {
    let rows: [(&str, &[u8], &str); 2] =
        [("utf-8", b"gr\xc3\xbcn", "gr\u{fc}n"), ("iso-8859-1", b"gr\xfcn", "gr\u{fc}n")];
    for (name, bytes, shown) in rows {
        let site = traced()
            .origin(ORIGIN, move |_| {
                let mut answer = response(200, &[], "hello");
                let value = http::HeaderValue::from_bytes(bytes).expect("no control characters");
                answer.headers_mut().insert("x-color", value);
                Ok(answer)
            })
            .start();
        let seen = site.get("/a").await;
        let event = site.events(Trigger::OriginResponse).remove(0);
        let response = event.response.unwrap_or_default();
        assert_eq!(response.headers.get("x-color"), Some(shown), "{name}");
        assert_eq!(seen.response.headers()["x-color"].as_bytes(), bytes, "{name}");
    }
}
