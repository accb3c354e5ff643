//! Converts responses between HTTP and events.

use std::time::{Duration, UNIX_EPOCH};

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use edge_event::BodyEncoding;
use edge_time::Timestamp;
use headers::{Date, HeaderMapExt};
use http::header::{CONTENT_LENGTH, DATE, SERVER, VARY};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use crate::distribution::Behavior;
use crate::wire;

/// As lenient as [`edge_event::check`], which has already checked every body.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The response for an event, without its body.
pub(crate) fn to_event(response: &Response<Bytes>) -> edge_event::Response {
    let status = response.status();
    let mut shown = edge_event::Response::status(status.as_u16());
    shown.status_description = status.canonical_reason().map(Into::into);
    shown.headers = wire::to_event(response.headers());
    shown
}

/// A response that a function generated.
pub(crate) fn generated(response: edge_event::Response) -> Response<Bytes> {
    changed(response, Response::new(Bytes::new()))
}

/// A response that a function changed: with its status and headers. If the function returned a body, even an
/// empty one, that replaces the original (page `lambda-generating-http-responses`).
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

/// Adds `Server`, `Date` and `Content-Length`. For a HEAD the body's length is unknown, so `Content-Length` stays
/// as it is.
pub(crate) fn complete(response: &mut Response<Bytes>, method: &str, now: Timestamp) {
    let length = response.body().len();
    let measured = if method == "HEAD" { length > 0 } else { has_body(response.status()) };
    let map = response.headers_mut();
    if measured {
        map.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    map.entry(SERVER).or_insert(HeaderValue::from_static("CloudFront"));
    if !map.contains_key(DATE) {
        map.typed_insert(date(now));
    }
}

/// Reduces `Vary` to `Accept-Encoding`, `Cookie` and the headers that reach the origin
/// (page `RequestAndResponseBehaviorCustomOrigin`).
pub(crate) fn narrow_vary(headers: &mut HeaderMap, behavior: &Behavior) {
    let lines = headers.get_all(VARY).iter().filter_map(|line| line.to_str().ok());
    let names = lines.flat_map(|line| line.split(',')).map(str::trim);
    let told = |name: &&str| {
        ["accept-encoding", "cookie"].contains(&name.to_ascii_lowercase().as_str())
            || behavior.forwards_header(name)
    };
    let left = names.filter(told).collect::<Vec<_>>().join(", ");
    headers.remove(VARY);
    if !left.is_empty() {
        wire::put(headers, VARY, &left);
    }
}

/// Whether a response with this status has a body, even an empty one.
fn has_body(status: StatusCode) -> bool {
    !status.is_informational()
        && ![StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&status)
}

fn date(Timestamp(now): Timestamp) -> Date {
    let since = Duration::from_millis(u64::try_from(now).unwrap_or_default());
    Date::from(UNIX_EPOCH + since)
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
