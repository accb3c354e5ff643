use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::error::read;
use crate::field::given;
use crate::{EventError, Request, Response};

/// The result of a function: a request or a response.
///
/// For a request trigger, return the request to let it continue, or a response to answer without the
/// origin. For a response trigger, return the response. [`check`](crate::check()) tells whether
/// CloudFront accepts the result.
///
/// AWS: [Generate HTTP responses in request triggers][guide].
///
/// [guide]: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html
///
/// ```
/// use edge_event::{Outcome, Request, Response};
///
/// let continues = Outcome::from(Request::get("/index.html"));
/// let redirects = Outcome::from(Response::status(302).header("Location", "/login"));
/// assert_ne!(continues, redirects);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// CloudFront continues with this request, at the cache or the origin.
    Request(Box<Request>),
    /// CloudFront caches this response or sends it to the viewer.
    Response(Box<Response>),
}

impl Outcome {
    /// Reads the JSON that a function has returned. An object with a `status` is a response.
    ///
    /// # Errors
    /// If the bytes are not JSON, or the JSON is neither a request nor a response. The error names the
    /// JSON path.
    pub fn from_slice(json: &[u8]) -> Result<Outcome, EventError> {
        let kind = serde_json::from_slice::<Kind>(json);
        Ok(match kind.ok().and_then(|kind| kind.status) {
            Some(IgnoredAny) => read::<Response>("result", json)?.into(),
            None => read::<Request>("result", json)?.into(),
        })
    }
}

/// Tells a response from a request. It is read first because it allocates nothing.
#[derive(Deserialize)]
struct Kind {
    #[serde(default, deserialize_with = "given")]
    status: Option<IgnoredAny>,
}

impl From<Request> for Outcome {
    fn from(request: Request) -> Outcome {
        Outcome::Request(Box::new(request))
    }
}

impl From<Response> for Outcome {
    fn from(response: Response) -> Outcome {
        Outcome::Response(Box::new(response))
    }
}
