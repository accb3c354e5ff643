//! Responses between HTTP and events.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use edge_event::BodyEncoding;
use http::header::CONTENT_LENGTH;
use http::{Response, StatusCode};

use crate::wire;

/// As lenient as [`edge_event::check`], which has seen every body before.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// A response as a function sees it: without its body.
pub(crate) fn to_event(response: &Response<Bytes>) -> edge_event::Response {
    let status = response.status();
    edge_event::Response {
        status: status.as_str().into(),
        status_description: status.canonical_reason().map(Into::into),
        headers: wire::to_event(response.headers()),
        ..edge_event::Response::default()
    }
}

/// A response that a function made.
pub(crate) fn generated(response: edge_event::Response) -> Response<Bytes> {
    changed(response, Response::new(Bytes::new()))
}

/// What a function made of a response: its status and headers, and its body if it gave one, even an
/// empty one (page `lambda-generating-http-responses`).
pub(crate) fn changed(by: edge_event::Response, before: Response<Bytes>) -> Response<Bytes> {
    let mut headers = wire::to_http(&by.headers);
    let body = match by.body {
        Some(body) => {
            headers.remove(CONTENT_LENGTH);
            decoded(body, by.body_encoding)
        }
        None => before.into_body(),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status(&by.status);
    *response.headers_mut() = headers;
    response
}

fn decoded(body: String, encoding: Option<BodyEncoding>) -> Bytes {
    match encoding {
        Some(BodyEncoding::Base64) => {
            BASE64.decode(body).expect("the rule `response-base64` was checked").into()
        }
        Some(BodyEncoding::Text) | None => body.into(),
    }
}

fn status(text: &str) -> StatusCode {
    text.parse().expect("the rule `status` was checked")
}
