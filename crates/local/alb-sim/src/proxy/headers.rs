use std::net::SocketAddr;

use hop_by_hop::named_by_connection;
use http::header::{CONNECTION, HeaderMap, HeaderName, HeaderValue, UPGRADE};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// Adds the viewer's address, and sets the port and the protocol of the listener (page `x-forwarded-headers`).
pub(super) fn add_forwarded(headers: &mut HeaderMap, viewer: SocketAddr, port: u16) {
    let ip = viewer.ip().to_canonical().to_string();
    let given = headers.get_all(FORWARDED_FOR).iter().map(HeaderValue::as_bytes);
    let all = given.chain([ip.as_bytes()]).collect::<Vec<_>>().join(&b", "[..]);
    // Both are texts without control characters, as each part of them was.
    if let Ok(value) = HeaderValue::from_bytes(&all) {
        headers.insert(FORWARDED_FOR, value);
    }
    headers.insert(FORWARDED_PORT, port.into());
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static("http"));
}

/// Whether this asks for a WebSocket (RFC 6455, section 4.1).
pub(super) fn asks_for_websocket(headers: &HeaderMap) -> bool {
    let upgrade = headers
        .get(UPGRADE)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(WEBSOCKET.as_bytes()));
    upgrade && named_by_connection(headers).contains(&UPGRADE)
}

/// Asks for a WebSocket, or grants one.
pub(super) fn set_websocket(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, WEBSOCKET);
}
