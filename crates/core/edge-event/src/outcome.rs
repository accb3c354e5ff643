use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::error::read;
use crate::field::given;
use crate::{EventError, Request, Response};

/// What a function returns.
///
/// A request trigger returns its request, changed or not, or a response of its own; a response trigger
/// returns its response. [`check`](crate::check) says whether CloudFront takes it.
///
/// Source: page `lambda-generating-http-responses`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// The request goes on.
    Request(Box<Request>),
    /// The response goes to the cache or the viewer.
    Response(Box<Response>),
}

impl Outcome {
    /// Reads what a function has returned. An object with a `status` is a response.
    ///
    /// # Errors
    /// Not JSON, or neither a request nor a response; the error names the JSON path.
    pub fn from_slice(json: &[u8]) -> Result<Outcome, EventError> {
        let kind = serde_json::from_slice::<Kind>(json);
        Ok(match kind.ok().and_then(|kind| kind.status) {
            Some(IgnoredAny) => read::<Response>("result", json)?.into(),
            None => read::<Request>("result", json)?.into(),
        })
    }
}

/// What tells a response from a request. Read first, since it allocates nothing.
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
