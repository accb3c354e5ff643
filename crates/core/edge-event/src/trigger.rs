use std::fmt;

use serde::{Deserialize, Serialize};

/// The point of CloudFront's request cycle at which a function runs.
///
/// Source: page `lambda-cloudfront-trigger-events`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// A request has come in; the cache is looked up afterwards.
    ViewerRequest,
    /// Nothing in the cache: the request is about to go to the origin.
    OriginRequest,
    /// The origin has answered; what the function returns is cached.
    OriginResponse,
    /// The response is about to go to the viewer.
    ViewerResponse,
}

impl Trigger {
    /// All four, in the order in which CloudFront runs them.
    pub const ALL: [Trigger; 4] = [
        Trigger::ViewerRequest,
        Trigger::OriginRequest,
        Trigger::OriginResponse,
        Trigger::ViewerResponse,
    ];

    /// The name that `config.eventType` and the CloudFront API use, such as `viewer-request`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Trigger::ViewerRequest => "viewer-request",
            Trigger::OriginRequest => "origin-request",
            Trigger::OriginResponse => "origin-response",
            Trigger::ViewerResponse => "viewer-response",
        }
    }

    /// Whether the function sees a request only, and may answer it itself.
    pub fn is_request(self) -> bool {
        match self {
            Trigger::ViewerRequest | Trigger::OriginRequest => true,
            Trigger::OriginResponse | Trigger::ViewerResponse => false,
        }
    }

    /// Whether the function stands between the viewer and the cache.
    pub fn is_viewer(self) -> bool {
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
