use std::collections::BTreeMap;
use std::time::Duration;

use edge_event::{Origin, Trigger};
use routing_core::PathPattern;
use thiserror::Error;

use crate::policy::{CachePolicy, OriginRequestPolicy};

/// A distribution's configuration: what of it is modelled.
#[derive(Debug, Clone)]
pub struct Distribution {
    /// The id: `E2QWRUHAPOMQZL`.
    pub id: String,
    /// The domain name: `d111111abcdef8.cloudfront.net`.
    pub domain_name: String,
    /// The names that viewers may use besides: `Host` on functions' requests is what the viewer sent.
    pub edges: Vec<EdgeLocation>,
    /// The origins by id.
    pub origins: BTreeMap<String, OriginSettings>,
    /// The origin groups by id.
    pub groups: BTreeMap<String, OriginGroup>,
    /// The behaviors in the order of their precedence.
    pub behaviors: Vec<(PathPattern, Behavior)>,
    /// The behavior of whatever matches none of them.
    pub default_behavior: Behavior,
    /// The error caching minimum TTL of a status; ten seconds for those that are not here.
    pub error_ttls: BTreeMap<u16, Duration>,
}

/// An edge location with its own cache and its own function instances.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeLocation(pub String);

/// An origin as the origin-request trigger sees it.
#[derive(Debug, Clone)]
pub struct OriginSettings {
    /// Domain name, path, custom headers, timeouts.
    pub origin: Origin,
}

/// Two origins, of which the second is asked when the first fails
/// (page `high_availability_origin_failover`).
#[derive(Debug, Clone)]
pub struct OriginGroup {
    /// The origin asked first.
    pub primary: String,
    /// The origin asked when that fails.
    pub secondary: String,
    /// The statuses that count as a failure.
    pub failover_statuses: Vec<u16>,
}

/// A cache behavior (page `distribution-web-values-specify`).
#[derive(Debug, Clone)]
pub struct Behavior {
    /// The id of an origin or an origin group.
    pub target: String,
    /// The cache policy.
    pub cache_policy: CachePolicy,
    /// The origin request policy.
    pub origin_request_policy: OriginRequestPolicy,
    /// The triggers with a function.
    pub triggers: Vec<Trigger>,
    /// The methods that are accepted; others get a 403.
    pub methods: Methods,
    /// Whether answers to OPTIONS are cached like those to GET and HEAD.
    pub cache_options: bool,
}

/// The methods that a behavior accepts (page `distribution-web-values-specify`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Methods {
    /// GET and HEAD.
    Read,
    /// GET, HEAD and OPTIONS.
    ReadAndOptions,
    /// These, PUT, POST, PATCH and DELETE.
    All,
}

/// What is wrong with a distribution, or not modelled.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct DistributionError(pub String);
