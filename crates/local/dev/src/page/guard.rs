use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::desk::{Addresses, Desk};

/// The names of this machine that no other one can answer for.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// Answers no other web page.
///
/// Any page in the browser may send requests to loopback, and a name of its own may resolve to it: so
/// `Host` must be a loopback name with a port of ours, and what changes something must come from a page
/// of ours, by `Origin`.
pub(super) async fn guard(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    let refusal = refusal(&desk.addresses, request.method(), request.uri(), request.headers());
    let mut response = match refusal {
        Some(why) => (StatusCode::FORBIDDEN, format!("{why}\n")).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Why a request is not answered, if it is not.
fn refusal(
    addresses: &Addresses,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Option<&'static str> {
    let host = uri.authority().map(Authority::as_str);
    let host = host.or_else(|| text(headers, &HOST));
    if !host.is_some_and(|host| is_ours(addresses, host)) {
        return Some("this page answers under a loopback name alone, such as `localhost`");
    }
    let origin = text(headers, &ORIGIN);
    let is_read = *method == Method::GET || *method == Method::HEAD;
    if origin.is_none() && !is_read {
        return Some("a change needs the header `Origin`");
    }
    if origin.is_some_and(|origin| !is_own_origin(addresses, origin)) {
        return Some("another page sent this: its `Origin` is not ours");
    }
    let site = text(headers, &FETCH_SITE);
    let is_foreign = matches!(site, Some("cross-site" | "same-site"));
    let is_link = is_read && text(headers, &FETCH_MODE) == Some("navigate");
    (is_foreign && !is_link).then_some("another page sent this: see `Sec-Fetch-Site`")
}

const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

fn is_own_origin(addresses: &Addresses, origin: &str) -> bool {
    let host = origin.strip_prefix(addresses.scheme).and_then(|rest| rest.strip_prefix("://"));
    host.is_some_and(|host| is_ours(addresses, host))
}

fn is_ours(addresses: &Addresses, host: &str) -> bool {
    let Ok(host) = host.parse::<Authority>() else { return false };
    let is_loopback = LOOPBACK.iter().any(|known| known.eq_ignore_ascii_case(host.host()));
    is_loopback && addresses.has(host.port_u16().unwrap_or(addresses.default_port()))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
