use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::addresses::Addresses;
use super::page_state::PageState;

/// Host names that always mean this machine.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// Refuses the requests of other web pages.
///
/// Any web page can send requests to loopback, and its own domain name can resolve to loopback (DNS
/// rebinding). So `Host` must be a loopback name with the port of an edge location, and a request that
/// changes something must have the page's own `Origin`.
pub(super) async fn require(
    State(page): State<Arc<PageState>>,
    request: Request,
    next: Next,
) -> Response {
    let refusal = refusal(&page.addresses, request.method(), request.uri(), request.headers());
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

/// Why a request is refused; `None` if it is allowed.
fn refusal(
    addresses: &Addresses,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Option<&'static str> {
    let host = uri.authority().map(Authority::as_str);
    let host = host.or_else(|| text(headers, &HOST));
    if !host.is_some_and(|host| is_ours(addresses, host)) {
        return Some("open this page under a loopback name, such as `localhost`");
    }
    let origin = text(headers, &ORIGIN);
    let is_read = *method == Method::GET || *method == Method::HEAD;
    if origin.is_none() && !is_read {
        return Some("a change needs the header `Origin`");
    }
    if origin.is_some_and(|origin| !is_own_origin(addresses, origin)) {
        return Some("another web page sent this: see its `Origin`");
    }
    let site = text(headers, &FETCH_SITE);
    let is_foreign = matches!(site, Some("cross-site" | "same-site"));
    let is_link = is_read && text(headers, &FETCH_MODE) == Some("navigate");
    (is_foreign && !is_link).then_some("another web page sent this: see its `Sec-Fetch-Site`")
}

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
