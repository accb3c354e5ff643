use std::fmt;

use serde::{Deserialize, Serialize};

/// The point of CloudFront's request cycle at which a function runs.
///
/// The enum is exhaustive on purpose: a function has to know what to return for each trigger, so a
/// fifth one would be a breaking change.
///
/// AWS: [CloudFront events that can trigger a Lambda@Edge function][guide].
///
/// [guide]: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-cloudfront-trigger-events.html
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// CloudFront has received a request and has not looked into the cache yet.
    ViewerRequest,
    /// The object is not in the cache: CloudFront is about to send the request to the origin.
    OriginRequest,
    /// The origin has answered: CloudFront caches the response that the function returns.
    OriginResponse,
    /// CloudFront is about to send the response, cached or not, to the viewer.
    ViewerResponse,
}

impl Trigger {
    /// The four triggers, in the order in which CloudFront runs them for one request.
    pub const ALL: [Trigger; 4] = [
        Trigger::ViewerRequest,
        Trigger::OriginRequest,
        Trigger::OriginResponse,
        Trigger::ViewerResponse,
    ];

    /// The name that `config.eventType` and the CloudFront API use, such as `viewer-request`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Trigger::ViewerRequest => "viewer-request",
            Trigger::OriginRequest => "origin-request",
            Trigger::OriginResponse => "origin-response",
            Trigger::ViewerResponse => "viewer-response",
        }
    }

    /// Whether the event has no response yet. The function may then generate one.
    #[must_use]
    pub const fn is_request(self) -> bool {
        match self {
            Trigger::ViewerRequest | Trigger::OriginRequest => true,
            Trigger::OriginResponse | Trigger::ViewerResponse => false,
        }
    }

    /// Whether the function runs between the viewer and the cache, for cache hits too.
    #[must_use]
    pub const fn is_viewer(self) -> bool {
        match self {
            Trigger::ViewerRequest | Trigger::ViewerResponse => true,
            Trigger::OriginRequest | Trigger::OriginResponse => false,
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
