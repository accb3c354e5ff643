use edge_event::rules::{
    self, DISALLOWED_HEADER, HEADER_KEY, HEADER_MAP_NAME, HEADER_NAME, HEADER_VALUE, HEADERS_SIZE,
    READ_ONLY_HEADER, Rule, VIEWER_COUNTRY_HEADER,
};
use edge_event::{Event, Headers, Request, Trigger, check};

use super::Case;
use crate::support::event;

pub(crate) fn cases() -> Vec<Case> {
    let viewer = Trigger::ViewerRequest;
    let origin = Trigger::OriginRequest;
    let response = Trigger::OriginResponse;
    vec![
        edit("a header of one's own", viewer, |h| h.set("X-Mine", "1"), &[]),
        edit("a cookie more", response, |h| h.append("Set-Cookie", "a=b"), &[]),
        edit("another casing of a read-only key", viewer, |h| h.set("HOST", "example.org"), &[]),
        edit("a new host for the viewer", viewer, |h| h.set("Host", "b"), &[&READ_ONLY_HEADER]),
        edit("a new host for the origin", origin, |h| h.set("Host", "b"), &[]),
        edit("a second value", viewer, |h| h.append("via", "b"), &[&READ_ONLY_HEADER]),
        edit("a country by viewer-request", viewer, country, &[&VIEWER_COUNTRY_HEADER]),
        edit("a country by origin-request", origin, country, &[]),
        edit("begins like a disallowed one", viewer, |h| h.set("X-Cache-Tag", "b"), &[]),
        edit("begins as a whole family", viewer, |h| h.set("X-Edge-", "b"), &[&DISALLOWED_HEADER]),
        edit("a name with a space", viewer, |h| h.set("x y", "b"), &[&HEADER_NAME]),
        edit("a name with a colon", response, |h| h.set("x:", "b"), &[&HEADER_NAME]),
        edit("an empty name", viewer, |h| h.set("", "b"), &[&HEADER_NAME]),
        edit("a name of every token character", viewer, |h| h.set("!#$%&'*+-.^_`|~09az", ""), &[]),
        edit("a line break in a value", response, |h| h.set("x", "a\r\nb: c"), &[&HEADER_VALUE]),
        edit("a NUL in a value", viewer, |h| h.set("x", "a\0"), &[&HEADER_VALUE]),
        edit("a tab and letters outside ASCII", viewer, |h| h.set("x", "a\tü"), &[]),
        raw("no key", r#"{"x-a": [{"value": "b"}]}"#, &[]),
        raw("a name without values", r#"{"x-cache": []}"#, &[]),
        raw("the key of another", r#"{"x-a": [{"key": "X-B", "value": "b"}]}"#, &[&HEADER_KEY]),
        raw("capitals in the map", r#"{"X-A": [{"value": "b"}]}"#, &[&HEADER_MAP_NAME]),
        edit("headers at the limit", response, |h| fill(h, 32_768), &[]),
        edit("headers above it", response, |h| fill(h, 32_769), &[&HEADERS_SIZE]),
        edit("with path and query string at it", origin, |h| fill(h, 32_768 - 14), &[]),
        edit("with them above it", origin, |h| fill(h, 32_768 - 13), &[&HEADERS_SIZE]),
    ]
}

#[test]
fn no_function_may_add_a_disallowed_header() {
    for trigger in Trigger::ALL {
        for listed in rules::DISALLOWED_HEADERS {
            let name = listed.replace('*', "Any");
            let case = edit("", trigger, |h| h.set(&name.to_uppercase(), "1"), &[]);
            let found = check(&case.event, &case.outcome);
            let broken: Vec<_> = found.iter().map(|violation| violation.rule).collect();
            assert_eq!(broken, [&DISALLOWED_HEADER], "{name} in {trigger}: {found:?}");
        }
    }
}

#[test]
fn read_only_headers_stay_as_they_came() {
    let expected = [
        (Trigger::ViewerRequest, "cdn-loop content-length host transfer-encoding via"),
        (
            Trigger::OriginRequest,
            "accept-encoding cdn-loop content-length if-modified-since if-none-match if-range \
             if-unmodified-since transfer-encoding via",
        ),
        (Trigger::OriginResponse, "transfer-encoding via"),
        (Trigger::ViewerResponse, "content-encoding content-length transfer-encoding via warning"),
    ];
    for (trigger, names) in expected {
        for name in names.split(' ') {
            assert_read_only(trigger, name);
        }
        assert_eq!(rules::read_only_headers(trigger).join(" "), names, "{trigger}");
    }
}

/// Expects a report if a function adds, changes or removes the header.
fn assert_read_only(trigger: Trigger, name: &str) {
    let mut without = event(trigger);
    headers_of(&mut without).remove(name);
    let mut with = without.clone();
    headers_of(&mut with).set(name, "1");
    let mut other = with.clone();
    headers_of(&mut other).set(name, "2");
    for (what, before, after) in
        [("add", &without, &with), ("change", &with, &other), ("remove", &with, &without)]
    {
        let found = check(before, &after.passthrough());
        let broken: Vec<_> = found.iter().map(|violation| violation.rule).collect();
        assert_eq!(broken, [&READ_ONLY_HEADER], "{what} {name} in {trigger}: {found:?}");
    }
}

fn country(headers: &mut Headers) {
    headers.set("CloudFront-Viewer-Country", "DE");
}

/// Adds a header so that all names and values have `size` bytes.
fn fill(headers: &mut Headers, size: usize) {
    let used: usize =
        headers.iter().flat_map(|(n, vs)| vs.iter().map(move |v| n.len() + v.value.len())).sum();
    headers.set("x", "a".repeat(size - used - 1));
}

/// A function changes the headers of its request or response.
fn edit(
    name: &'static str,
    trigger: Trigger,
    change: impl FnOnce(&mut Headers),
    broken: &[&'static Rule],
) -> Case {
    let event = event(trigger);
    let mut changed = event.clone();
    change(headers_of(&mut changed));
    Case { name, outcome: changed.passthrough(), event, broken: broken.to_vec() }
}

/// A function gives these headers to a request that has none.
fn raw(name: &'static str, headers: &str, broken: &[&'static Rule]) -> Case {
    let event = Event::viewer_request(Request::get("/"));
    let headers = serde_json::from_str(headers).expect("a map of headers");
    let mut request = event.request.clone();
    request.headers = headers;
    Case { name, event, outcome: request.into(), broken: broken.to_vec() }
}

fn headers_of(event: &mut Event) -> &mut Headers {
    match &mut event.response {
        Some(response) => &mut response.headers,
        None => &mut event.request.headers,
    }
}
