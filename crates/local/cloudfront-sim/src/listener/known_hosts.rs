use std::net::Ipv4Addr;

use axum::response::{IntoResponse, Response};
use http::header::HOST;
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Uri};

/// The host names that viewers may use.
///
/// The domain name of any web page can resolve to loopback (DNS rebinding). That page could then read the site as
/// its own. Loopback names are always known: `localhost`, the names below it, `127.0.0.0/8` and `::1`.
#[derive(Debug, Clone, Default)]
pub struct KnownHosts {
    /// More names, in lower case and without a port.
    pub more: Vec<String>,
    /// Tells viewers with another host name where to add it.
    pub advice: String,
}

impl KnownHosts {
    /// The answer to a viewer with an unknown host name. A request without `Host` passes: browsers always send one.
    pub(super) fn refusal(&self, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
        let given = match uri.authority() {
            Some(authority) => authority.as_str(),
            None => headers.get(HOST)?.to_str().unwrap_or_default(),
        };
        if given.parse::<Authority>().is_ok_and(|host| self.knows(host.host())) {
            return None;
        }
        let given = given.escape_debug();
        let text = format!("host `{given}` is not known here: use `localhost`{}\n", self.advice);
        Some((StatusCode::MISDIRECTED_REQUEST, text).into_response())
    }

    fn knows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        is_loopback(host) || self.more.iter().any(|known| known == host)
    }
}

/// Browsers resolve `localhost` and every name below it to loopback themselves (RFC 6761, section 6.3).
fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}
