use crate::arn::{VersionArn, function_name};

/// The events of a behavior that the functions run at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    ViewerRequest,
    OriginRequest,
    OriginResponse,
}

impl Trigger {
    pub const ALL: [Self; 3] = [Self::ViewerRequest, Self::OriginRequest, Self::OriginResponse];

    /// CloudFront's name of the event.
    #[must_use]
    pub fn event(self) -> &'static str {
        match self {
            Self::ViewerRequest => "viewer-request",
            Self::OriginRequest => "origin-request",
            Self::OriginResponse => "origin-response",
        }
    }
}

/// The functions and policies to attach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wiring {
    pub viewer_request: VersionArn,
    pub origin_request: VersionArn,
    pub origin_response: VersionArn,
    /// The policies of behaviors that serve files of the bucket.
    pub pages: Policies,
    /// The policies of behaviors that serve a back end.
    pub routes: Policies,
    pub fallback_origin: FallbackOrigin,
    /// The patterns of behaviors that keep the policies that they have.
    pub keep_policies: Vec<String>,
    /// The account of the distribution.
    pub account: String,
}

/// The ids of the policies of a behavior.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policies {
    pub cache: String,
    pub origin_request: String,
}

/// Whether the bucket becomes an origin group with itself, for the second attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FallbackOrigin {
    Add,
    Leave,
}

impl Wiring {
    pub(crate) fn version(&self, trigger: Trigger) -> &VersionArn {
        match trigger {
            Trigger::ViewerRequest => &self.viewer_request,
            Trigger::OriginRequest => &self.origin_request,
            Trigger::OriginResponse => &self.origin_response,
        }
    }

    /// The names by which a later run knows these functions and policies.
    #[must_use]
    pub fn own(&self) -> Own {
        let [viewer_request, origin_request, origin_response] =
            Trigger::ALL.map(|trigger| self.version(trigger).name().to_owned());
        let policies = [&self.pages, &self.routes].map(|one| [&one.cache, &one.origin_request]);
        Own {
            viewer_request,
            origin_request,
            origin_response,
            policies: policies.into_iter().flatten().cloned().collect(),
        }
    }
}

/// The functions and policies of edgeswitch, whatever their version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    pub viewer_request: String,
    pub origin_request: String,
    pub origin_response: String,
    /// The ids of the policies that are known to be of edgeswitch.
    pub policies: Vec<String>,
}

/// A policy that a behavior has, by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyId {
    Cache(String),
    OriginRequest(String),
}

impl PolicyId {
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Cache(id) | Self::OriginRequest(id) => id,
        }
    }

    /// Whether this is the name that the templates give a policy of the application: `shop-pages`, or
    /// `shop-pages-1a2b3c4d` with a hash of 8 digits.
    #[must_use]
    pub fn is_named_for(application: &str, policy: &str) -> bool {
        let Some(rest) = policy.strip_prefix(application) else { return false };
        let behind = rest.strip_prefix("-pages").or_else(|| rest.strip_prefix("-routes"));
        behind.is_some_and(|behind| behind.is_empty() || is_hash(behind))
    }
}

/// Whether this is `-` and the 8 hex digits of a policy's hash.
fn is_hash(text: &str) -> bool {
    let hash = text.strip_prefix('-').filter(|hash| hash.len() == 8);
    hash.is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

impl Own {
    /// The names that the templates give the functions of the application `name`.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let [viewer_request, origin_request, origin_response] =
            Trigger::ALL.map(|trigger| format!("{name}-{}", trigger.event()));
        Self { viewer_request, origin_request, origin_response, policies: Vec::new() }
    }

    /// Whether an association is one of these functions at its own event.
    pub(crate) fn has(&self, event: &str, arn: &str) -> bool {
        let name = function_name(arn);
        Trigger::ALL
            .into_iter()
            .any(|trigger| trigger.event() == event && name == Some(self.function(trigger)))
    }

    fn function(&self, trigger: Trigger) -> &str {
        match trigger {
            Trigger::ViewerRequest => &self.viewer_request,
            Trigger::OriginRequest => &self.origin_request,
            Trigger::OriginResponse => &self.origin_response,
        }
    }

    /// Whether a policy is certainly one of these.
    pub(crate) fn has_policy(&self, policy: &str) -> bool {
        self.policies.iter().any(|one| one == policy)
    }
}
