use serde::{Deserialize, Serialize};

use crate::field::{given, not_empty};
use crate::{Body, Extra, Headers, Origin};

/// The request of an event, or of the result of a request trigger's function.
///
/// AWS: [Lambda@Edge event structure][guide].
///
/// [guide]: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
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
#[non_exhaustive]
pub struct Request {
    /// The IPv4 or IPv6 address of the viewer or of its proxy; empty if absent. Read-only.
    #[serde(default, deserialize_with = "not_empty", skip_serializing_if = "String::is_empty")]
    pub client_ip: String,
    /// The HTTP method in capitals, such as `GET`. Read-only.
    #[serde(deserialize_with = "not_empty")]
    pub method: String,
    /// The path without the query string, percent-encoded as the viewer sent it. Starts with `/`.
    pub uri: String,
    /// The query string without `?`, empty if the URL has none.
    ///
    /// Together with [`uri`](Request#structfield.uri) it may have at most
    /// [`MAX_URI_CHARS`](crate::rules::MAX_URI_CHARS) characters.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub querystring: Option<String>,
    /// The request headers, including those that CloudFront has added.
    #[serde(default, skip_serializing_if = "Headers::is_absent")]
    pub headers: Headers,
    /// The body, if the function has "Include Body".
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// The origin of the request. Only events of origin triggers have one.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Fields of `request` that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// A request with an empty map of headers and no address. `url` is a path, or a path, `?` and a
    /// query string.
    #[must_use]
    pub fn new(method: impl Into<String>, url: &str) -> Request {
        let (uri, querystring) = url.split_once('?').unwrap_or((url, ""));
        Request {
            method: method.into(),
            uri: uri.into(),
            querystring: Some(querystring.into()),
            headers: Headers::new(),
            ..Request::default()
        }
    }

    /// A GET request; see [`Request::new`].
    #[must_use]
    pub fn get(url: &str) -> Request {
        Request::new("GET", url)
    }

    /// Adds a header. A name that occurs again adds a value.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Request {
        self.headers.append(name, value);
        self
    }

    /// Adds a `Cookie` header with one or more cookies, such as `a=1; b=2`.
    #[must_use]
    pub fn cookie(self, cookies: impl Into<String>) -> Request {
        self.header("Cookie", cookies)
    }

    /// Sets the viewer's IPv4 or IPv6 address.
    #[must_use]
    pub fn client_ip(mut self, address: impl Into<String>) -> Request {
        self.client_ip = address.into();
        self
    }

    /// Sets the origin: an [`Origin`], a [`CustomOrigin`](crate::CustomOrigin) or an
    /// [`S3Origin`](crate::S3Origin).
    #[must_use]
    pub fn origin(mut self, origin: impl Into<Origin>) -> Request {
        self.origin = Some(origin.into());
        self
    }

    /// Sets the body. [`Body::replace`] makes one that the origin receives.
    #[must_use]
    pub fn body(mut self, body: Body) -> Request {
        self.body = Some(body);
        self
    }

    /// The length of the path and the query string in characters, for
    /// [`MAX_URI_CHARS`](crate::rules::MAX_URI_CHARS).
    #[must_use]
    pub fn url_chars(&self) -> usize {
        self.uri.chars().count() + self.querystring.as_deref().unwrap_or_default().chars().count()
    }

    /// The size of the path, the query string and the headers in bytes, for
    /// [`MAX_HEADERS_BYTES`](crate::rules::MAX_HEADERS_BYTES).
    #[must_use]
    pub fn size(&self) -> usize {
        let querystring = self.querystring.as_deref().unwrap_or_default();
        self.uri.len() + querystring.len() + self.headers.size()
    }

    /// Whether the document has no request. Every request in a document has a method.
    pub(crate) fn is_absent(&self) -> bool {
        self.method.is_empty()
    }
}
