//! Converts headers between HTTP and events, and removes those that must not pass.

use edge_event::{Headers, rules};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Headers of one connection. Functions and the other side never see them (page
/// `RequestAndResponseBehaviorCustomOrigin`).
const HOP_BY_HOP: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Converts HTTP headers for an event. Headers that functions never see are left out.
pub(crate) fn to_event(headers: &HeaderMap) -> Headers {
    let mut event = Headers::new();
    for (name, value) in headers.iter().filter(|(name, _)| passes(name.as_str())) {
        event.append(&capitalised(name.as_str()), text(value));
    }
    event
}

/// Converts the headers of an event for HTTP. The rules have already refused invalid ones.
pub(crate) fn to_http(headers: &Headers) -> HeaderMap {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, values) in headers.iter() {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        for header in values {
            if let Some(value) = value(&header.value) {
                map.append(name.clone(), value);
            }
        }
    }
    map
}

/// A text as a header's value; `None` if it has control characters.
pub(crate) fn value(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_bytes(text.as_bytes()).ok()
}

/// Sets a header, unless the text has control characters.
pub(crate) fn put(map: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Some(value) = value(text) {
        map.insert(name, value);
    }
}

/// Removes headers of one connection, and headers that only CloudFront may set.
pub(crate) fn strip(headers: &mut HeaderMap) {
    let gone: Vec<_> = headers.keys().filter(|name| !passes(name.as_str())).cloned().collect();
    for name in gone {
        headers.remove(name);
    }
}

fn passes(name: &str) -> bool {
    !HOP_BY_HOP.contains(&name) && !rules::lists(rules::DISALLOWED_HEADERS, name)
}

/// UTF-8 stays as it is. Anything else is read as ISO-8859-1 (page `edge-function-restrictions-all`).
fn text(value: &HeaderValue) -> String {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.into(),
        Err(_) => value.as_bytes().iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// `x-forwarded-for` as `X-Forwarded-For` (page `lambda-event-structure`).
pub(crate) fn capitalised(name: &str) -> String {
    let mut begins = true;
    name.chars()
        .map(|letter| {
            let written = if begins { letter.to_ascii_uppercase() } else { letter };
            begins = letter == '-';
            written
        })
        .collect()
}
