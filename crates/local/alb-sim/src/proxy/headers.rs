use std::net::SocketAddr;

use http::header::{
    CONNECTION, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHENTICATE, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// The headers that belong to one connection (RFC 9110, section 7.6.1), besides those that `Connection` names.
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    PROXY_AUTHENTICATE,
    HeaderName::from_static("proxy-connection"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Removes the headers that belong to one connection.
pub(super) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    for name in named_by_connection(headers).iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

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

fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(|name| name.trim().parse().ok()).collect()
}
