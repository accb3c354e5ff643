use std::ops::Range;

use bytes::Bytes;
use headers::{ContentLength, ContentRange, ETag, HeaderMapExt, IfRange, LastModified};
use http::header::{CONTENT_RANGE, CONTENT_TYPE, RANGE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_range_header::{
    EndPosition, StartPosition, SyntacticallyCorrectRange, parse_range_header,
};

use super::answer::with;

/// What stands between several parts.
const BOUNDARY: &str = "CloudFront:3A7D9E14F0B2C86551AE7B90D4C3F218";
/// The content type of several parts; its boundary is [`BOUNDARY`].
const MULTIPART: HeaderValue = HeaderValue::from_static(
    "multipart/byteranges; boundary=\"CloudFront:3A7D9E14F0B2C86551AE7B90D4C3F218\"",
);

/// What a viewer asks of an object (page `RangeGETs`).
enum Asked {
    /// All of it: no `Range`, one of another version, or one that is not valid.
    Whole,
    /// These parts, in ascending order and apart.
    Parts(Vec<Range<usize>>),
    /// What is behind its end.
    Nothing,
}

/// The parts of an object that `Range` asks for: the whole of it if there is none, if `If-Range` names another
/// version, or if one part is not valid, overlaps another or comes too early (page `RangeGETs`).
pub(super) fn parts(stored: &Response<Bytes>, viewer: &HeaderMap) -> Response<Bytes> {
    match asked(stored, viewer) {
        Asked::Whole => stored.clone(),
        Asked::Nothing => unsatisfiable(stored),
        Asked::Parts(ranges) => match ranges.as_slice() {
            [range] => part(stored, range),
            several => multipart(stored, several),
        },
    }
}

fn asked(stored: &Response<Bytes>, viewer: &HeaderMap) -> Asked {
    let range = viewer.get(RANGE).and_then(|range| range.to_str().ok());
    match range.and_then(|range| parse_range_header(range).ok()) {
        Some(parsed) if is_same_version(stored.headers(), viewer) => {
            resolve(&parsed.ranges, stored.body().len())
        }
        Some(_) | None => Asked::Whole,
    }
}

fn is_same_version(stored: &HeaderMap, viewer: &HeaderMap) -> bool {
    let (tag, modified) = (stored.typed_get::<ETag>(), stored.typed_get::<LastModified>());
    let condition = viewer.typed_get::<IfRange>();
    condition.is_none_or(|condition| !condition.is_modified(tag.as_ref(), modified.as_ref()))
}

fn resolve(ranges: &[SyntacticallyCorrectRange], length: usize) -> Asked {
    let resolved: Option<Vec<_>> = ranges.iter().map(|range| bounds(range, length)).collect();
    let Some(mut parts) = resolved else { return Asked::Whole };
    if !parts.is_sorted_by(|a, b| a.end <= b.start) {
        return Asked::Whole;
    }
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() { Asked::Nothing } else { Asked::Parts(parts) }
}

/// The bytes of one range, none if it lies behind the end. `None` if it ends before it starts.
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
