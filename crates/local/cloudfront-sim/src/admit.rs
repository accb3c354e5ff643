//! The requests that CloudFront refuses before any function runs.

use bytes::Bytes;
use edge_event::rules::MAX_HEADERS_BYTES;
use http::request::Parts;
use http::{HeaderMap, Method, header};

use crate::distribution::{Behavior, Methods};
use crate::exchange::CacheResult;
use crate::reply::{Passed, Reply};

/// The longest URL, in bytes (page `cloudfront-limits`).
const MAX_URL_BYTES: usize = 8_192;

/// Checks whether CloudFront accepts a request.
///
/// # Errors
/// CloudFront's response: 414 if the URL is too long, 494 if the headers are too long, 403 for a method that
/// the behavior refuses, and 403 for a GET with a body (page `RequestAndResponseBehaviorCustomOrigin`).
pub(crate) fn admit(behavior: &Behavior, parts: &Parts, body: &Bytes) -> Passed<()> {
    if url_bytes(parts) > MAX_URL_BYTES {
        return Err(refusal(414));
    }
    if header_bytes(parts) > MAX_HEADERS_BYTES {
        return Err(refusal(494));
    }
    if !behavior.methods.allow(&parts.method) {
        return Err(refusal(403));
    }
    if parts.method == Method::GET && !body.is_empty() {
        return Err(refusal(403));
    }
    Ok(())
}

fn refusal(status: u16) -> Box<Reply> {
    Box::new(Reply::error(status, CacheResult::Error))
}

/// The length of the URL: `https://`, host, path and query string.
fn url_bytes(parts: &Parts) -> usize {
    let host = parts.headers.get(header::HOST).map_or(0, http::HeaderValue::len);
    "https://".len() + host + target_bytes(parts)
}

fn target_bytes(parts: &Parts) -> usize {
    parts.uri.path_and_query().map_or(1, |target| target.as_str().len())
}

fn header_bytes(parts: &Parts) -> usize {
    let bytes = |headers: &HeaderMap| {
        headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>()
    };
    target_bytes(parts) + bytes(&parts.headers)
}

impl Methods {
    /// Whether a behavior accepts a method (page `distribution-web-values-specify`).
    fn allow(self, method: &Method) -> bool {
        let read = [Method::GET, Method::HEAD].contains(method);
        let write = [Method::PUT, Method::POST, Method::PATCH, Method::DELETE].contains(method);
        match self {
            Methods::Read => read,
            Methods::ReadAndOptions => read || method == Method::OPTIONS,
            Methods::All => read || write || method == Method::OPTIONS,
        }
    }
}
