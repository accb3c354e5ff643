use crate::{release::is_id, request::Request};

/// Where a path names its release: `/_r/<id>/...`.
pub const PIN_SEGMENT: &str = "/_r/";
/// The query parameter that names a release.
pub const PIN_PARAMETER: &str = "dpl";
/// The header that names a release.
const PIN_HEADER: &str = "x-deployment-id";

/// The releases that a request itself names. Only the id in the path has been checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pins<'a> {
    /// `<id>` of the path `/_r/<id>/...`; it has the pattern of an id.
    pub path: Option<&'a str>,
    /// The first `dpl=<id>` of the query string.
    pub query: Option<&'a str>,
    /// The first `x-deployment-id` header.
    pub header: Option<&'a str>,
}

impl<'a> Pins<'a> {
    /// The pins that the request has, the strongest first: path, query, header.
    pub fn in_order(self) -> impl Iterator<Item = &'a str> {
        [self.path, self.query, self.header].into_iter().flatten()
    }
}

/// The pins of a request.
#[must_use]
pub fn pins<'a>(request: &Request<'a>) -> Pins<'a> {
    let (_, path) = strip_pin(request.uri);
    let mut parameters = request.querystring.split('&').filter_map(|pair| pair.split_once('='));
    let query = parameters.find(|(name, _)| *name == PIN_PARAMETER).map(|(_, value)| value);
    Pins { path, query, header: request.header(PIN_HEADER) }
}

/// Splits a path into the path without its pin, and the pinned id.
///
/// A pin is the segment `_r`, followed by a segment with the pattern of an id. Without a pin the path
/// stays as it is. `/_r/<id>` alone becomes `/`.
///
/// ```
/// use routing_core::strip_pin;
///
/// assert_eq!(strip_pin("/_r/9f2c1e7/app.js"), ("/app.js", Some("9f2c1e7")));
/// assert_eq!(strip_pin("/_r/../app.js"), ("/_r/../app.js", None));
/// ```
#[must_use]
pub fn strip_pin(uri: &str) -> (&str, Option<&str>) {
    let Some(pinned) = uri.strip_prefix(PIN_SEGMENT) else { return (uri, None) };
    let end = pinned.find('/').unwrap_or(pinned.len());
    match pinned.split_at(end) {
        (id, _) if !is_id(id) => (uri, None),
        (id, "") => ("/", Some(id)),
        (id, rest) => (rest, Some(id)),
    }
}
