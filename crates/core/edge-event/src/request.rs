use serde::{Deserialize, Serialize};

use crate::field::{given, not_empty};
use crate::{Body, Extra, Headers, Origin};

/// The request of an event, and what a request trigger returns to let it go on.
///
/// An empty `client_ip` stands for an absent one; every other field says so by its type.
///
/// Source: page `lambda-event-structure`.
///
/// ```
/// use edge_event::Request;
///
/// let request = Request::get("/index.html?lang=en").header("Host", "example.org").cookie("a=b");
/// assert_eq!(request.querystring.as_deref(), Some("lang=en"));
/// assert_eq!(request.headers.get("host"), Some("example.org"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The viewer's address, IPv4 or IPv6, or that of its proxy. Read-only.
    #[serde(default, deserialize_with = "not_empty", skip_serializing_if = "String::is_empty")]
    pub client_ip: String,
    /// The HTTP method, upper-case, never empty in a document. Read-only.
    #[serde(deserialize_with = "not_empty")]
    pub method: String,
    /// The path, percent-encoded as received, without the query string. Starts with `/`.
    pub uri: String,
    /// The query string without `?`, empty when the URL has none; at most 8,191 characters with `uri`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub querystring: Option<String>,
    /// The headers.
    #[serde(default, skip_serializing_if = "Headers::is_absent")]
    pub headers: Headers,
    /// The body, when the function's association includes it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Where the request is going; in events of origin triggers only.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// A request from 203.0.113.178 with an empty header map. What follows a `?` in `url` becomes the
    /// query string.
    pub fn new(method: impl Into<String>, url: &str) -> Request {
        let (uri, querystring) = url.split_once('?').unwrap_or((url, ""));
        Request {
            client_ip: "203.0.113.178".into(),
            method: method.into(),
            uri: uri.into(),
            querystring: Some(querystring.into()),
            headers: Headers::new(),
            ..Request::default()
        }
    }

    /// A GET request, as of [`Request::new`].
    pub fn get(url: &str) -> Request {
        Request::new("GET", url)
    }

    /// Adds a header value.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Request {
        self.headers.append(name, value);
        self
    }

    /// Adds a `Cookie` header value, such as `a=1; b=2`.
    pub fn cookie(self, cookies: impl Into<String>) -> Request {
        self.header("Cookie", cookies)
    }

    /// Sets the viewer's address.
    pub fn client_ip(mut self, address: impl Into<String>) -> Request {
        self.client_ip = address.into();
        self
    }

    /// Sets the origin.
    pub fn origin(mut self, origin: Origin) -> Request {
        self.origin = Some(origin);
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: Body) -> Request {
        self.body = Some(body);
        self
    }

    /// The characters of the path and the query string: at most [`MAX_URI_CHARS`](crate::rules::MAX_URI_CHARS).
    pub fn url_chars(&self) -> usize {
        self.uri.chars().count() + self.querystring.as_deref().unwrap_or_default().chars().count()
    }

    /// The bytes of the path, the query string and the headers: at most
    /// [`MAX_HEADERS_BYTES`](crate::rules::MAX_HEADERS_BYTES).
    pub fn size(&self) -> usize {
        let querystring = self.querystring.as_deref().unwrap_or_default();
        self.uri.len() + querystring.len() + self.headers.size()
    }

    /// Whether this stands for a request that the document does not have: it has no method.
    pub(crate) fn is_absent(&self) -> bool {
        self.method.is_empty()
    }
}
