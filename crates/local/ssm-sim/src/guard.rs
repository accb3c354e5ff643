use hyper::Uri;
use hyper::header::{HOST, HeaderMap};
use hyper::http::uri::Authority;

use crate::error::{ErrorCode, ServiceError};

/// The names of this machine that no other one can answer for.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
/// What browsers put on requests of web pages, and no SDK does.
const OF_PAGES: [&str; 2] = ["origin", "sec-fetch-site"];

/// Answers no web page: any page in the browser may send requests to loopback, and a name of its own may resolve
/// to it.
///
/// # Errors
/// `AccessDeniedException` when `Host` is no loopback name, or a browser's headers are there.
pub(crate) fn guard(uri: &Uri, headers: &HeaderMap) -> Result<(), ServiceError> {
    let host = uri.authority().cloned().or_else(|| host(headers));
    let is_loopback =
        |host: Authority| LOOPBACK.iter().any(|name| name.eq_ignore_ascii_case(host.host()));
    if !host.is_some_and(is_loopback) {
        return Err(denied("it answers under a loopback name alone, such as `localhost`"));
    }
    match OF_PAGES.into_iter().find(|name| headers.contains_key(*name)) {
        Some(name) => Err(denied(&format!("a web page sent this: it has the header `{name}`"))),
        None => Ok(()),
    }
}

fn host(headers: &HeaderMap) -> Option<Authority> {
    headers.get(HOST)?.to_str().ok()?.parse().ok()
}

fn denied(why: &str) -> ServiceError {
    ServiceError::new(ErrorCode::AccessDeniedException, why)
}
