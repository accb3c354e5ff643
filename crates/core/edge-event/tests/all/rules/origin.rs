use edge_event::rules::{
    self, HEADER_VALUE, ORIGIN_AUTH_METHOD, ORIGIN_COMPLETION_TIMEOUT, ORIGIN_CUSTOM_HEADER,
    ORIGIN_CUSTOM_HEADER_TWICE, ORIGIN_DOMAIN, ORIGIN_PATH, ORIGIN_PORT, ORIGIN_PROTOCOL,
    ORIGIN_REGION, ORIGIN_SSL_PROTOCOLS, ORIGIN_TIMEOUT, Rule, VIEWER_ORIGIN,
};
use edge_event::{CustomOrigin, Event, Origin, Request, S3Origin, Trigger, check};

use super::Case;
use super::request::viewer;
use crate::support::event;

pub(crate) fn cases() -> Vec<Case> {
    let mut all = shared_cases();
    all.extend(custom_cases());
    all.extend(s3_cases());
    all
}

/// Rules for both kinds of origins.
fn shared_cases() -> Vec<Case> {
    vec![
        viewer("an origin by viewer-request", |r| r.origin = Some(s3_origin()), &[&VIEWER_ORIGIN]),
        to("to a bucket", s3_origin(), &[]),
        path("no path", "", &[]),
        path("a path", "/a/b%20", &[]),
        path("a path without a slash", "a", &[&ORIGIN_PATH]),
        path("a path that ends with one", "/a/", &[&ORIGIN_PATH]),
        path("only a slash", "/", &[&ORIGIN_PATH]),
        path("a space in the path", "/a b", &[&ORIGIN_PATH]),
        path("letters outside ASCII", "/ü", &[&ORIGIN_PATH]),
        path("255 characters", &format!("/{}", "a".repeat(254)), &[]),
        path("256 characters", &format!("/{}", "a".repeat(255)), &[&ORIGIN_PATH]),
        header("a custom header", "X-A", "b", &[]),
        header("a cache rule", "Cache-Control", "no-store", &[&ORIGIN_CUSTOM_HEADER]),
        header("a line break in one", "X-A", "b\nc", &[&HEADER_VALUE]),
        header("the request has it too", "Accept", "b", &[&ORIGIN_CUSTOM_HEADER_TWICE]),
        twice("the request gets one that the origin has"),
    ]
}

fn custom_cases() -> Vec<Case> {
    let label = "a".repeat(63);
    let long = format!("{label}.{label}.{label}.{}", "a".repeat(61));
    vec![
        custom("another domain", |o| o.domain_name = "b.example.org".into(), &[]),
        custom("no domain", |o| o.domain_name = String::new(), &[&ORIGIN_DOMAIN]),
        custom("a port in the domain", |o| o.domain_name = "a:80".into(), &[&ORIGIN_DOMAIN]),
        custom("an address", |o| o.domain_name = "10.0.0.1".into(), &[&ORIGIN_DOMAIN]),
        custom("253 characters", |o| o.domain_name = long.clone(), &[]),
        custom("254 characters", |o| o.domain_name = long.clone() + "a", &[&ORIGIN_DOMAIN]),
        custom("port 80", |o| o.port = Some(80), &[]),
        custom("port 79", |o| o.port = Some(79), &[&ORIGIN_PORT]),
        custom("port 81", |o| o.port = Some(81), &[&ORIGIN_PORT]),
        custom("port 442", |o| o.port = Some(442), &[&ORIGIN_PORT]),
        custom("port 444", |o| o.port = Some(444), &[&ORIGIN_PORT]),
        custom("port 1023", |o| o.port = Some(1023), &[&ORIGIN_PORT]),
        custom("port 1024", |o| o.port = Some(1024), &[]),
        custom("port 65535", |o| o.port = Some(65_535), &[]),
        custom("plain HTTP", |o| o.protocol = Some("http".into()), &[]),
        custom("another protocol", |o| o.protocol = Some("HTTPS".into()), &[&ORIGIN_PROTOCOL]),
        custom("reads for 0 s", |o| o.read_timeout = Some(0), &[&ORIGIN_TIMEOUT]),
        custom("reads for 1 s", |o| o.read_timeout = Some(1), &[]),
        custom("reads for 120 s", |o| o.read_timeout = Some(120), &[]),
        custom("reads for 121 s", |o| o.read_timeout = Some(121), &[&ORIGIN_TIMEOUT]),
        custom("kept for 0 s", |o| o.keepalive_timeout = Some(0), &[&ORIGIN_TIMEOUT]),
        custom("kept for 120 s", |o| o.keepalive_timeout = Some(120), &[]),
        custom("kept for 121 s", |o| o.keepalive_timeout = Some(121), &[&ORIGIN_TIMEOUT]),
        custom("no completion limit", |o| o.response_completion_timeout = Some(0), &[]),
        custom("completes in 30 s", |o| o.response_completion_timeout = Some(30), &[]),
        custom(
            "completes before it may read",
            |o| o.response_completion_timeout = Some(29),
            &[&ORIGIN_COMPLETION_TIMEOUT],
        ),
        custom("every protocol", |o| o.ssl_protocols = ssl(&["TLSv1.2", "SSLv3"]), &[]),
        custom(
            "a protocol too new",
            |o| o.ssl_protocols = ssl(&["TLSv1.3"]),
            &[&ORIGIN_SSL_PROTOCOLS],
        ),
    ]
}

fn s3_cases() -> Vec<Case> {
    let oai = || Some("origin-access-identity".to_owned());
    vec![
        s3("capitals in the domain", |o| o.domain_name = "B.s3".into(), &[&ORIGIN_DOMAIN]),
        s3("128 characters", |o| o.domain_name = "b".repeat(128), &[]),
        s3("129 characters", |o| o.domain_name = "b".repeat(129), &[&ORIGIN_DOMAIN]),
        s3("an access identity", |o| (o.auth_method, o.region) = (oai(), eu_west()), &[]),
        s3("one without a Region", |o| o.auth_method = oai(), &[&ORIGIN_REGION]),
        s3("a Region alone", |o| o.region = eu_west(), &[]),
        s3("access control", |o| o.auth_method = Some("oac".into()), &[&ORIGIN_AUTH_METHOD]),
        s3("reads for 121 s", |o| o.read_timeout = Some(121), &[&ORIGIN_TIMEOUT]),
        s3(
            "completes before it may read",
            |o| (o.read_timeout, o.response_completion_timeout) = (Some(20), Some(19)),
            &[&ORIGIN_COMPLETION_TIMEOUT],
        ),
    ]
}

#[test]
fn headers_that_cloudfront_cannot_add_are_no_custom_headers() {
    for listed in rules::FORBIDDEN_CUSTOM_HEADERS.iter().chain(rules::DISALLOWED_HEADERS) {
        let case = header("", &listed.replace('*', "Any"), "1", &[]);
        let found = check(&case.event, &case.outcome);
        let times = found.iter().filter(|v| v.rule == &ORIGIN_CUSTOM_HEADER).count();
        assert_eq!(times, 1, "{listed}: {found:?}");
    }
}

/// An origin-request function changes its request.
fn edit(name: &'static str, change: impl FnOnce(&mut Request), broken: &[&'static Rule]) -> Case {
    let event = event(Trigger::OriginRequest);
    let mut request = event.request.clone();
    change(&mut request);
    Case { name, event, outcome: request.into(), broken: broken.to_vec() }
}

fn to(name: &'static str, origin: Origin, broken: &[&'static Rule]) -> Case {
    edit(name, |r| r.origin = Some(origin), broken)
}

fn custom(
    name: &'static str,
    change: impl FnOnce(&mut CustomOrigin),
    broken: &[&'static Rule],
) -> Case {
    edit(
        name,
        |r| {
            if let Some(Origin::Custom(origin)) = &mut r.origin {
                change(origin);
            }
        },
        broken,
    )
}

fn s3(name: &'static str, change: impl FnOnce(&mut S3Origin), broken: &[&'static Rule]) -> Case {
    let mut origin = s3_origin();
    if let Origin::S3(origin) = &mut origin {
        change(origin);
    }
    to(name, origin, broken)
}

fn path(name: &'static str, path: &str, broken: &[&'static Rule]) -> Case {
    let mut origin = s3_origin();
    *origin.path_mut() = path.into();
    to(name, origin, broken)
}

fn header(name: &'static str, header: &str, value: &str, broken: &[&'static Rule]) -> Case {
    let mut origin = Origin::custom("alb.example.org");
    origin.custom_headers_mut().set(header, value);
    to(name, origin, broken)
}

fn twice(name: &'static str) -> Case {
    let mut origin = Origin::custom("alb.example.org");
    origin.custom_headers_mut().set("X-A", "b");
    let event = Event::origin_request(Request::get("/").origin(origin));
    let outcome = event.request.clone().header("x-a", "c").into();
    Case { name, event, outcome, broken: vec![&ORIGIN_CUSTOM_HEADER_TWICE] }
}

fn s3_origin() -> Origin {
    Origin::s3("b.s3.eu-west-1.amazonaws.com")
}

fn eu_west() -> Option<String> {
    Some("eu-west-1".into())
}

fn ssl(protocols: &[&str]) -> Option<Vec<String>> {
    Some(protocols.iter().map(|&protocol| protocol.into()).collect())
}
