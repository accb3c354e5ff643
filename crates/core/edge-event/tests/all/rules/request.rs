use edge_event::rules::{
    QUERYSTRING_CHARACTERS, QUERYSTRING_START, READ_ONLY_FIELD, REQUEST_BODY_BASE64,
    REQUEST_BODY_SIZE, RESULT_KIND, Rule, URI_CHARACTERS, URI_LENGTH, URI_START,
};
use edge_event::{Body, BodyAction, BodyEncoding, Request, Trigger};

use super::Case;
use crate::support::event;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        viewer("nothing changed", |_| (), &[]),
        viewer("another path", |r| r.uri = "/b/%20ü".into(), &[]),
        viewer("a path without a slash", |r| r.uri = "b".into(), &[&URI_START]),
        viewer("an empty path", |r| r.uri = String::new(), &[&URI_START]),
        viewer("a space in the path", |r| r.uri = "/a b".into(), &[&URI_CHARACTERS]),
        viewer("a line break in the path", |r| r.uri = "/a\r\nb".into(), &[&URI_CHARACTERS]),
        viewer("a fragment in the path", |r| r.uri = "/a#b".into(), &[&URI_CHARACTERS]),
        viewer("another query string", |r| query(r, "c=%20&d=?"), &[]),
        viewer("no query string", |r| r.querystring = None, &[]),
        viewer("a question mark before it", |r| query(r, "?c"), &[&QUERYSTRING_START]),
        viewer("a space in it", |r| query(r, "a b"), &[&QUERYSTRING_CHARACTERS]),
        viewer("a fragment in it", |r| query(r, "a#b"), &[&QUERYSTRING_CHARACTERS]),
        viewer("a DEL in it", |r| query(r, "a\u{7f}"), &[&QUERYSTRING_CHARACTERS]),
        viewer("8,191 characters", |r| r.uri = path(8_191 - 3), &[]),
        viewer("8,192 characters", |r| r.uri = path(8_192 - 3), &[&URI_LENGTH]),
        viewer("another method", |r| r.method = "POST".into(), &[&READ_ONLY_FIELD]),
        viewer("another address", |r| r.client_ip = "::1".into(), &[&READ_ONLY_FIELD]),
        wrong_kind("a request from origin-response", Trigger::OriginResponse),
        wrong_kind("a request from viewer-response", Trigger::ViewerResponse),
        body("a text body at 40 KB", Trigger::ViewerRequest, text(40_960), &[]),
        body("above 40 KB", Trigger::ViewerRequest, text(40_961), &[&REQUEST_BODY_SIZE]),
        body("at 1 MB for the origin", Trigger::OriginRequest, text(1_048_576), &[]),
        body("above 1 MB", Trigger::OriginRequest, text(1_048_577), &[&REQUEST_BODY_SIZE]),
        body("base64 at 53.2 KB", Trigger::ViewerRequest, base64(54_476), &[]),
        body("above 53.2 KB", Trigger::ViewerRequest, base64(54_480), &[&REQUEST_BODY_SIZE]),
        body("base64 at 1.33 MB", Trigger::OriginRequest, base64(1_394_604), &[]),
        body("above 1.33 MB", Trigger::OriginRequest, base64(1_394_608), &[&REQUEST_BODY_SIZE]),
        body("padded base64", Trigger::ViewerRequest, encoded("YQ=="), &[]),
        body("too much padding", Trigger::ViewerRequest, encoded("Y==="), &[&REQUEST_BODY_BASE64]),
        body("no padding", Trigger::ViewerRequest, encoded("YQ"), &[&REQUEST_BODY_BASE64]),
        body("not base64", Trigger::ViewerRequest, encoded("a_-b"), &[&REQUEST_BODY_BASE64]),
        body("not replaced", Trigger::ViewerRequest, read_only("?".repeat(99_999)), &[]),
        body(
            "no longer truncated",
            Trigger::ViewerRequest,
            truncated_body(false),
            &[&READ_ONLY_FIELD],
        ),
    ]
}

/// A viewer-request function changes its request.
pub(crate) fn viewer(
    name: &'static str,
    change: impl FnOnce(&mut Request),
    broken: &[&'static Rule],
) -> Case {
    let event = event(Trigger::ViewerRequest);
    let mut request = event.request.clone();
    change(&mut request);
    Case { name, event, outcome: request.into(), broken: broken.to_vec() }
}

/// A function returns the body `after` for a request with a truncated body.
fn body(name: &'static str, trigger: Trigger, after: Body, broken: &[&'static Rule]) -> Case {
    let mut event = event(trigger);
    event.request.body = Some(truncated_body(true));
    let outcome = event.request.clone().body(after).into();
    Case { name, event, outcome, broken: broken.to_vec() }
}

fn wrong_kind(name: &'static str, trigger: Trigger) -> Case {
    let event = event(trigger);
    let outcome = event.request.clone().into();
    Case { name, event, outcome, broken: vec![&RESULT_KIND] }
}

fn query(request: &mut Request, text: &str) {
    request.querystring = Some(text.into());
}

fn path(chars: usize) -> String {
    format!("/{}", "a".repeat(chars - 1))
}

fn text(len: usize) -> Body {
    Body::replace(BodyEncoding::Text, "?".repeat(len))
}

fn base64(len: usize) -> Body {
    encoded("A".repeat(len))
}

fn encoded(data: impl Into<String>) -> Body {
    Body::replace(BodyEncoding::Base64, data)
}

fn read_only(data: String) -> Body {
    let mut body = encoded(data);
    body.action = Some(BodyAction::ReadOnly);
    body
}

fn truncated_body(truncated: bool) -> Body {
    let mut body = read_only("YQ==".into());
    body.input_truncated = Some(truncated);
    body
}
