//! Origin groups: when the second origin is asked, and with which request.

use cloudfront_sim::{OriginError, OriginGroup, OriginSettings};
use edge_event::{Origin, Trigger};
use http::Response;

use crate::cloudfront::support::{Answer, ORIGIN, Running, Site, request, response};

const SECOND: &str = "second.example.com";

/// A group that fails over on 404 and 503. The test sets the answer of the first origin.
fn group(first: fn() -> Answer) -> Running {
    let mut second = Origin::custom(SECOND);
    second.custom_headers_mut().set("X-Role", "fallback");
    Site::new()
        .origin(ORIGIN, move |_| first())
        .origin(SECOND, |_| Ok(Response::new("second".into())))
        .function(Trigger::OriginRequest, |event| event.request.into())
        .function(Trigger::OriginResponse, |event| event.response.unwrap_or_default().into())
        .behavior(|behavior| behavior.target = "group".into())
        .with(|distribution| {
            distribution.origins.insert("second".into(), OriginSettings { origin: second });
            let group = OriginGroup {
                primary: "main".into(),
                secondary: "second".into(),
                failover_statuses: vec![404, 503],
            };
            distribution.groups.insert("group".into(), group);
        })
        .start()
}

fn domains(site: &Running) -> Vec<String> {
    site.asked().into_iter().map(|(domain, _)| domain).collect()
}

#[tokio::test]
async fn the_second_origin_is_asked_when_the_first_fails() {
    type First = fn() -> Answer;
    let rows: [(&str, First, &str); 6] = [
        ("a listed status", || Ok(response(404, &[], "first")), "second"),
        ("another listed status", || Ok(response(503, &[], "first")), "second"),
        ("no connection", || Err(OriginError::Unreachable("refused".into())), "second"),
        ("no answer in time", || Err(OriginError::TimedOut), "second"),
        ("a status that is not listed", || Ok(response(500, &[], "first")), "first"),
        ("an answer", || Ok(response(200, &[], "first")), "first"),
    ];
    for (name, first, expected) in rows {
        let site = group(first);
        assert_eq!(site.get("/a").await.text(), expected, "{name}");
        let asked = if expected == "second" { vec![ORIGIN, SECOND] } else { vec![ORIGIN] };
        assert_eq!(domains(&site), asked, "{name}");
        // origin-request runs for each origin, origin-response once, on the final response.
        assert_eq!(site.events(Trigger::OriginRequest).len(), asked.len(), "{name}");
        assert_eq!(site.events(Trigger::OriginResponse).len(), 1, "{name}");
    }
}

#[tokio::test]
async fn the_second_event_shows_the_second_origin_and_its_host() {
    let site = group(|| Ok(response(404, &[], "first")));
    site.get("/a").await;
    let second = site.events(Trigger::OriginRequest).remove(1).request;
    assert_eq!(second.headers.get("host"), Some(SECOND));
    let origin = second.origin.expect("an origin-request event has one");
    assert_eq!(
        (origin.domain_name(), origin.custom_headers().get("x-role")),
        (SECOND, Some("fallback"))
    );
    assert_eq!(site.asked()[1].1.headers()["x-role"], "fallback");
    let about = site.events(Trigger::OriginResponse).remove(0);
    assert_eq!(about.request.headers.get("host"), Some(SECOND));
}

#[tokio::test]
async fn only_reads_fail_over() {
    for (method, failover) in [
        ("GET", true),
        ("HEAD", true),
        ("OPTIONS", true),
        ("POST", false),
        ("PUT", false),
        ("PATCH", false),
        ("DELETE", false),
    ] {
        let site = group(|| Ok(response(404, &[], "first")));
        let seen = site.send(request(method, "/a", &[])).await;
        assert_eq!(seen.status(), if failover { 200 } else { 404 }, "{method}");
        assert_eq!(site.asked().len(), if failover { 2 } else { 1 }, "{method}");
    }
}

#[tokio::test]
async fn what_the_second_origin_gave_is_kept() {
    let site = group(|| Ok(response(404, &[], "first")));
    site.get("/a").await;
    let seen = site.get("/a").await;
    assert_eq!((seen.x_cache(), seen.text(), site.asked().len()), ("Hit", "second", 2));
}
