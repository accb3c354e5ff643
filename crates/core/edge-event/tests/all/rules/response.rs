use edge_event::rules::{
    NO_CONTENT_BODY, READ_ONLY_HEADER, RESPONSE_BASE64, RESPONSE_SIZE, Rule, STATUS,
    STATUS_UNCHANGED,
};
use edge_event::{BodyEncoding, Response, Trigger};

use super::Case;
use crate::support::event;

pub(crate) fn cases() -> Vec<Case> {
    let viewer = Trigger::ViewerRequest;
    let origin = Trigger::OriginRequest;
    let answered = Trigger::OriginResponse;
    let leaving = Trigger::ViewerResponse;
    vec![
        generated("a redirect", viewer, Response::status(302).header("Location", "/b"), &[]),
        generated("a status alone", origin, Response::status(200), &[]),
        generated("status 199", viewer, Response::status(199), &[&STATUS]),
        generated("status 599", viewer, Response::status(599), &[]),
        generated("status 600", origin, Response::status(600), &[&STATUS]),
        generated("status in words", viewer, status("OK"), &[&STATUS]),
        generated("status with a sign", viewer, status("+200"), &[&STATUS]),
        generated("status with a zero before", viewer, status("0200"), &[&STATUS]),
        generated("no status", viewer, status(""), &[&STATUS]),
        generated("204 without a body", viewer, Response::status(204), &[]),
        generated("204 with one", viewer, Response::status(204).body("a"), &[&NO_CONTENT_BODY]),
        generated("204 with one, by origin-request", origin, Response::status(204).body("a"), &[]),
        generated("a length", viewer, with("Content-Length", "0"), &[&READ_ONLY_HEADER]),
        generated("valid base64", viewer, base64("YWI="), &[]),
        generated("bad base64", viewer, base64("YWI"), &[&RESPONSE_BASE64]),
        generated("40 KB with the headers", viewer, sized(40_960), &[]),
        generated("above 40 KB", viewer, sized(40_961), &[&RESPONSE_SIZE]),
        generated("1 MB with the headers", origin, sized(1_048_576), &[]),
        generated("above 1 MB", origin, sized(1_048_577), &[&RESPONSE_SIZE]),
        changed("a header more", answered, |r| r.headers.set("X-A", "b"), &[]),
        changed("another status", answered, |r| r.status = "404".into(), &[]),
        changed("a status out of range", answered, |r| r.status = "100".into(), &[&STATUS]),
        changed("the body dropped", answered, |r| r.body = Some(String::new()), &[]),
        changed("a body above 1 MB", answered, |r| r.body = big(1_048_576), &[&RESPONSE_SIZE]),
        changed("a body above 40 KB", leaving, |r| r.body = big(40_960), &[&RESPONSE_SIZE]),
        changed("another status", leaving, |r| r.status = "404".into(), &[&STATUS_UNCHANGED]),
        changed("another reason", leaving, |r| r.status_description = Some("Fine".into()), &[]),
    ]
}

/// A function of a request trigger generates the response.
fn generated(
    name: &'static str,
    trigger: Trigger,
    response: Response,
    broken: &[&'static Rule],
) -> Case {
    Case { name, event: event(trigger), outcome: response.into(), broken: broken.to_vec() }
}

/// A function of a response trigger changes its response.
fn changed(
    name: &'static str,
    trigger: Trigger,
    change: impl FnOnce(&mut Response),
    broken: &[&'static Rule],
) -> Case {
    let event = event(trigger);
    let mut response = event.response.clone().expect("response triggers have a response");
    change(&mut response);
    Case { name, event, outcome: response.into(), broken: broken.to_vec() }
}

fn status(text: &str) -> Response {
    let mut response = Response::default();
    response.status = text.into();
    response
}

fn with(name: &str, value: &str) -> Response {
    Response::status(200).header(name, value)
}

fn base64(data: &str) -> Response {
    let mut response = Response::status(200).body(data);
    response.body_encoding = Some(BodyEncoding::Base64);
    response
}

/// A response of `len` bytes: header names, header values and body.
fn sized(len: usize) -> Response {
    with("x-a", "b").body("c".repeat(len - 4))
}

fn big(len: usize) -> Option<String> {
    Some("a".repeat(len))
}
