use hyper::Uri;
use hyper::header::{HOST, HeaderMap};
use hyper::http::uri::Authority;

use crate::error::{ErrorCode, ServiceError};

/// Host names that always mean this machine.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
/// Browsers send these headers with the requests of web pages. No SDK sends them.
const BROWSER_HEADERS: [&str; 2] = ["origin", "sec-fetch-site"];

/// Refuses the requests of web pages. Any page in a browser can send requests to loopback, and its own domain
/// name can resolve to loopback (DNS rebinding).
///
/// # Errors
/// `AccessDeniedException` when `Host` is not a loopback name, or the request has a browser's headers.
pub(crate) fn refuse_browsers(uri: &Uri, headers: &HeaderMap) -> Result<(), ServiceError> {
    let host = uri.authority().cloned().or_else(|| host(headers));
    let is_loopback =
        |host: Authority| LOOPBACK.iter().any(|name| name.eq_ignore_ascii_case(host.host()));
    if !host.is_some_and(is_loopback) {
        return Err(denied("use a loopback name for this endpoint, such as `localhost`"));
    }
    match BROWSER_HEADERS.into_iter().find(|name| headers.contains_key(*name)) {
        Some(name) => {
            Err(denied(&format!("a web page sent this request: it has the header `{name}`")))
        }
        None => Ok(()),
    }
}

fn host(headers: &HeaderMap) -> Option<Authority> {
    headers.get(HOST)?.to_str().ok()?.parse().ok()
}

fn denied(why: &str) -> ServiceError {
    ServiceError::new(ErrorCode::AccessDeniedException, why)
}
