use serde::{Deserialize, Serialize};

use crate::field::given;
use crate::{BodyEncoding, Extra, Headers};

/// The response of an event or of a function's result.
///
/// AWS: [Lambda@Edge event structure][structure] and [Generate HTTP responses in request
/// triggers][generating].
///
/// [structure]: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
/// [generating]: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html
///
/// ```
/// use edge_event::Response;
///
/// let response = Response::status(200).header("Content-Type", "text/html").body("<p>hi");
/// assert_eq!(response.status, "200");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Response {
    /// The status code in decimal digits. A function may return `200` to `599`.
    pub status: String,
    /// The reason phrase, such as `Not Found`. It may differ from the standard one.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub status_description: Option<String>,
    /// The response headers, including those that CloudFront has added.
    #[serde(default, skip_serializing_if = "Headers::is_absent")]
    pub headers: Headers,
    /// The body that replaces the origin's; an empty one removes it. Events never have a body.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The encoding of [`body`](Response#structfield.body). If it is absent, the body is text.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub body_encoding: Option<BodyEncoding>,
    /// Fields of `response` that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Response {
    /// A response with the status `code`, an empty map of headers and nothing else.
    #[must_use]
    pub fn status(code: u16) -> Response {
        Response { status: code.to_string(), headers: Headers::new(), ..Response::default() }
    }

    /// Adds a header. A name that occurs again adds a value.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Response {
        self.headers.append(name, value);
        self
    }

    /// Sets the reason phrase, such as `Not Found`.
    #[must_use]
    pub fn status_description(mut self, text: impl Into<String>) -> Response {
        self.status_description = Some(text.into());
        self
    }

    /// Sets the body, as text unless [`body_encoding`](Response#structfield.body_encoding) says otherwise.
    #[must_use]
    pub fn body(mut self, text: impl Into<String>) -> Response {
        self.body = Some(text.into());
        self
    }
}
