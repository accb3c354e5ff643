use bytes::Bytes;
use cloudfront_sim::{Exchange, Step};
use edge_event::Trigger;
use http::{HeaderMap, Request, Response};
use serde_json::Value;

use crate::world::site::SERVED_NUMBER;

/// A header that viewer-request set on the request.
pub(super) fn stamped(exchange: &Exchange, name: &str) -> Option<String> {
    let result = exchange.steps.iter().find_map(|step| match step {
        Step::Function { trigger: Trigger::ViewerRequest, result: Ok(result), .. } => json(result),
        Step::Function { .. } | Step::Lookup { .. } | Step::Origin { .. } | Step::Kept { .. } => {
            None
        }
    })?;
    let value = result.pointer(&format!("/headers/{name}/0/value"))?;
    value.as_str().map(str::to_owned)
}

pub(super) fn is_page_load(request: &Request<Bytes>) -> bool {
    let is = |name, value| text(request.headers(), name) == Some(value);
    request.method() == "GET"
        && is("sec-fetch-mode", "navigate")
        && is("sec-fetch-dest", "document")
        && !request.headers().contains_key("sec-purpose")
        // The back ends have no pages: a download is no page load.
        && !request.uri().path().contains("/api/")
}

pub(super) fn number(response: &Response<Bytes>) -> Option<u64> {
    text(response.headers(), SERVED_NUMBER)?.parse().ok()
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

pub(super) fn json(bytes: &Bytes) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}
