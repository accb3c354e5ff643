use std::ops::Range;

use bytes::Bytes;
use headers::{ContentLength, ContentRange, ETag, HeaderMapExt, IfRange, LastModified};
use http::header::{CONTENT_RANGE, CONTENT_TYPE, RANGE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_range_header::{
    EndPosition, StartPosition, SyntacticallyCorrectRange, parse_range_header,
};

use super::answer::with;

/// The boundary between several parts.
const BOUNDARY: &str = "CloudFront:3A7D9E14F0B2C86551AE7B90D4C3F218";
/// The content type of several parts; its boundary is [`BOUNDARY`].
const MULTIPART: HeaderValue = HeaderValue::from_static(
    "multipart/byteranges; boundary=\"CloudFront:3A7D9E14F0B2C86551AE7B90D4C3F218\"",
);

/// The part of an object that a viewer requests (page `RangeGETs`).
enum RequestedRange {
    /// The whole object: there is no `Range`, it is for another version, or it is invalid.
    Whole,
    /// These parts. They are in ascending order and do not overlap.
    Parts(Vec<Range<usize>>),
    /// Only bytes after the end of the object.
    Nothing,
}

/// The parts of an object that `Range` requests. The whole object if there is no `Range`, if `If-Range` names
/// another version, or if a part is invalid, overlaps another one or is out of order (page `RangeGETs`).
pub(super) fn parts(stored: &Response<Bytes>, viewer: &HeaderMap) -> Response<Bytes> {
    match asked(stored, viewer) {
        RequestedRange::Whole => stored.clone(),
        RequestedRange::Nothing => unsatisfiable(stored),
        RequestedRange::Parts(ranges) => match ranges.as_slice() {
            [range] => part(stored, range),
            several => multipart(stored, several),
        },
    }
}

fn asked(stored: &Response<Bytes>, viewer: &HeaderMap) -> RequestedRange {
    let range = viewer.get(RANGE).and_then(|range| range.to_str().ok());
    match range.and_then(|range| parse_range_header(range).ok()) {
        Some(parsed) if is_same_version(stored.headers(), viewer) => {
            resolve(&parsed.ranges, stored.body().len())
        }
        Some(_) | None => RequestedRange::Whole,
    }
}

fn is_same_version(stored: &HeaderMap, viewer: &HeaderMap) -> bool {
    let (tag, modified) = (stored.typed_get::<ETag>(), stored.typed_get::<LastModified>());
    let condition = viewer.typed_get::<IfRange>();
    condition.is_none_or(|condition| !condition.is_modified(tag.as_ref(), modified.as_ref()))
}

fn resolve(ranges: &[SyntacticallyCorrectRange], length: usize) -> RequestedRange {
    let resolved: Option<Vec<_>> = ranges.iter().map(|range| bounds(range, length)).collect();
    let Some(mut parts) = resolved else { return RequestedRange::Whole };
    if !parts.is_sorted_by(|a, b| a.end <= b.start) {
        return RequestedRange::Whole;
    }
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() { RequestedRange::Nothing } else { RequestedRange::Parts(parts) }
}

/// The bytes of one range; empty if it is after the end of the object. `None` if the range ends before it starts.
fn bounds(range: &SyntacticallyCorrectRange, length: usize) -> Option<Range<usize>> {
    let within = |index: u64| usize::try_from(index).unwrap_or(usize::MAX).min(length);
    match (range.start, range.end) {
        (StartPosition::Index(start), EndPosition::Index(end)) if end < start => None,
        (StartPosition::Index(start), EndPosition::Index(end)) => {
            Some(within(start)..within(end.saturating_add(1)))
        }
        (StartPosition::Index(start), EndPosition::LastByte) => Some(within(start)..length),
        (StartPosition::FromLast(count), _) => Some(length - within(count)..length),
    }
}

fn part(stored: &Response<Bytes>, range: &Range<usize>) -> Response<Bytes> {
    let body = stored.body().slice(range.clone());
    let mut response = partial(stored, body);
    let content_range = content_range(range, stored.body().len());
    response.headers_mut().insert(CONTENT_RANGE, content_range);
    response
}

/// Several parts, each with its own headers (RFC 9110, 14.6).
fn multipart(stored: &Response<Bytes>, ranges: &[Range<usize>]) -> Response<Bytes> {
    let content_type = stored.headers().get(CONTENT_TYPE);
    let mut body = Vec::new();
    for range in ranges {
        body.extend_from_slice(format!("\r\n--{BOUNDARY}\r\n").as_bytes());
        if let Some(content_type) = content_type {
            body.extend([b"Content-Type: ", content_type.as_bytes(), b"\r\n"].concat());
        }
        let content_range = content_range(range, stored.body().len());
        body.extend([b"Content-Range: ", content_range.as_bytes(), b"\r\n\r\n"].concat());
        body.extend_from_slice(&stored.body().slice(range.clone()));
    }
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let mut response = partial(stored, body.into());
    response.headers_mut().insert(CONTENT_TYPE, MULTIPART);
    response
}

fn partial(stored: &Response<Bytes>, body: Bytes) -> Response<Bytes> {
    let mut headers = stored.headers().clone();
    headers.typed_insert(ContentLength(body.len() as u64));
    with(StatusCode::PARTIAL_CONTENT, headers, body)
}

fn unsatisfiable(stored: &Response<Bytes>) -> Response<Bytes> {
    let mut headers = HeaderMap::new();
    headers.typed_insert(ContentRange::unsatisfied_bytes(stored.body().len() as u64));
    with(StatusCode::RANGE_NOT_SATISFIABLE, headers, Bytes::new())
}

fn content_range(range: &Range<usize>, length: usize) -> HeaderValue {
    HeaderValue::try_from(format!("bytes {}-{}/{length}", range.start, range.end - 1))
        .expect("digits and punctuation are a header value")
}
