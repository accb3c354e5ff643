use serde::{Deserialize, Serialize};

use crate::field::given;
use crate::{BodyEncoding, Extra, Headers};

/// The response of an event, what a response trigger returns, and what a request trigger returns to
/// answer by itself.
///
/// Source: pages `lambda-event-structure` and `lambda-generating-http-responses`.
///
/// ```
/// let response = edge_event::Response::status(200).header("Content-Type", "text/html").body("<p>hi");
/// assert_eq!(response.status, "200");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// The status code as a string, `200` to `599` when a function returns it.
    pub status: String,
    /// The reason phrase; need not be the standard one.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub status_description: Option<String>,
    /// The headers.
    #[serde(default, skip_serializing_if = "Headers::is_absent")]
    pub headers: Headers,
    /// The body that a function puts in the place of the origin's, empty to drop it. Events have none.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// How `body` is written; text when absent.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub body_encoding: Option<BodyEncoding>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Response {
    /// A response with a status, an empty header map and nothing else.
    pub fn status(code: u16) -> Response {
        Response { status: code.to_string(), headers: Headers::new(), ..Response::default() }
    }

    /// Adds a header value.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Response {
        self.headers.append(name, value);
        self
    }

    /// Sets the reason phrase.
    pub fn status_description(mut self, text: impl Into<String>) -> Response {
        self.status_description = Some(text.into());
        self
    }

    /// Sets a text body.
    pub fn body(mut self, text: impl Into<String>) -> Response {
        self.body = Some(text.into());
        self
    }
}
