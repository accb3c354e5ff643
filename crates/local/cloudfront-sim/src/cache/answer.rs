use bytes::Bytes;
use headers::{ContentLength, ETag, HeaderMapExt, IfModifiedSince, IfNoneMatch, LastModified};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, IF_NONE_MATCH, SET_COOKIE};
use http::{HeaderMap, HeaderName, Method, Response, StatusCode};

use super::range::parts;

/// Headers that a 304 does not have. It has no content, and cookies go with the content.
const NOT_IN_304: [HeaderName; 4] = [CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE];

/// The response for a viewer: the whole object, its headers only, a 304, or parts.
///
/// `If-None-Match` compares weakly and has precedence over `If-Modified-Since`. Both have precedence over `Range`
/// (RFC 9110, 13.2.2), which is for GET only. Conditions and `Range` apply only to objects with status 200.
pub(crate) fn answer(
    stored: &Response<Bytes>,
    method: &Method,
    viewer: &HeaderMap,
) -> Response<Bytes> {
    let is_read = method == Method::GET || method == Method::HEAD;
    let is_object = is_read && stored.status() == StatusCode::OK;
    if is_object && is_unchanged(stored.headers(), viewer) {
        not_modified(stored)
    } else if method == Method::HEAD {
        head(stored)
    } else if is_object {
        parts(stored, viewer)
    } else {
        stored.clone()
    }
}

/// A response with this status, these headers and this body.
pub(super) fn with(status: StatusCode, headers: HeaderMap, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn is_unchanged(stored: &HeaderMap, viewer: &HeaderMap) -> bool {
    if viewer.contains_key(IF_NONE_MATCH) {
        let (condition, tag) = (viewer.typed_get::<IfNoneMatch>(), stored.typed_get::<ETag>());
        condition.zip(tag).is_some_and(|(condition, tag)| !condition.precondition_passes(&tag))
    } else {
        let condition = viewer.typed_get::<IfModifiedSince>();
        let modified = stored.typed_get::<LastModified>();
        let both = condition.zip(modified);
        both.is_some_and(|(condition, modified)| !condition.is_modified(modified.into()))
    }
}

fn not_modified(stored: &Response<Bytes>) -> Response<Bytes> {
    let mut headers = stored.headers().clone();
    for name in &NOT_IN_304 {
        headers.remove(name);
    }
    with(StatusCode::NOT_MODIFIED, headers, Bytes::new())
}

fn head(stored: &Response<Bytes>) -> Response<Bytes> {
    let mut headers = stored.headers().clone();
    headers.typed_insert(ContentLength(stored.body().len() as u64));
    with(stored.status(), headers, Bytes::new())
}
