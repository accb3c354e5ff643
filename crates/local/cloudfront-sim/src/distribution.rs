use std::collections::BTreeMap;
use std::time::Duration;

use edge_event::{Origin, Trigger};
use path_pattern::PathPattern;
use thiserror::Error;

use crate::edge::Collapse;
use crate::policy::{CachePolicy, Names, OriginRequestPolicy};

/// A distribution's configuration: what of it is modelled.
#[derive(Debug, Clone)]
pub struct Distribution {
    /// The id: `E2QWRUHAPOMQZL`.
    pub id: String,
    /// The domain name: `d111111abcdef8.cloudfront.net`. Viewers may use any other name, too.
    pub domain_name: String,
    /// The edge locations, each with a cache and function instances of its own.
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

/// The origins that a behavior's requests go to.
pub(crate) struct Target<'a> {
    /// The origin asked first.
    pub(crate) primary: &'a Origin,
    /// In a group, the second origin, and the statuses of the first that lead there.
    pub(crate) secondary: Option<(&'a Origin, &'a [u16])>,
}

impl Distribution {
    /// The behavior of a path as the viewer sent it, and what people call it.
    pub(crate) fn behavior(&self, path: &str) -> (String, &Behavior) {
        let matching = self.behaviors.iter().find(|(pattern, _)| pattern.matches(path));
        match matching {
            Some((pattern, behavior)) => (pattern.to_string(), behavior),
            None => ("Default (*)".into(), &self.default_behavior),
        }
    }

    /// Where a behavior's requests go.
    pub(crate) fn target(&self, behavior: &Behavior) -> Target<'_> {
        match self.groups.get(&behavior.target) {
            Some(group) => Target {
                primary: self.origin(&group.primary),
                secondary: Some((self.origin(&group.secondary), &group.failover_statuses)),
            },
            None => Target { primary: self.origin(&behavior.target), secondary: None },
        }
    }

    fn origin(&self, id: &str) -> &Origin {
        &self.origins.get(id).expect("every target was checked").origin
    }
}

impl Behavior {
    /// Whether a viewer's header reaches the origin: what is in the cache key does, and what the origin request
    /// policy names (page `controlling-origin-requests`).
    pub(crate) fn forwards_header(&self, name: &str) -> bool {
        self.cache_policy.headers.mean_header(name)
            || self.origin_request_policy.headers.mean_header(name)
    }

    /// Whether a cookie reaches the origin.
    pub(crate) fn forwards_cookie(&self, name: &str) -> bool {
        self.cache_policy.cookies.mean(name) || self.origin_request_policy.cookies.mean(name)
    }

    /// Whether a query string reaches the origin.
    pub(crate) fn forwards_query(&self, name: &str) -> bool {
        self.cache_policy.query_strings.mean(name)
            || self.origin_request_policy.query_strings.mean(name)
    }

    /// Whether any cookie reaches the origin. Only then do responses have cookies, and then nobody waits for
    /// another's answer and no object is confirmed (pages `Cookies`, `RequestAndResponseBehaviorS3Origin`).
    pub(crate) fn forwards_cookies(&self) -> bool {
        self.cache_policy.cookies != Names::None
            || self.origin_request_policy.cookies != Names::None
    }

    /// Whether an answer to this method may come from the cache (page
    /// `RequestAndResponseBehaviorCustomOrigin`).
    pub(crate) fn caches(&self, method: &str) -> bool {
        matches!(method, "GET" | "HEAD") || (self.cache_options && method == "OPTIONS")
    }

    /// Whether it may also go there. With a maximum TTL of zero nothing does.
    pub(crate) fn keeps(&self, method: &str) -> bool {
        self.caches(method) && !self.cache_policy.max_ttl.is_zero()
    }

    /// Whether requests for the same object wait for the first of them: not where nothing is kept, and not
    /// where cookies are forwarded (page `RequestAndResponseBehaviorCustomOrigin`). A HEAD brings no object.
    pub(crate) fn collapses(&self, method: &str) -> Collapse {
        let brings = self.keeps(method) && method != "HEAD";
        if brings && !self.forwards_cookies() { Collapse::Wait } else { Collapse::Alone }
    }
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
