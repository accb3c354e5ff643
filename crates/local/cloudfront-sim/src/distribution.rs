use std::collections::BTreeMap;
use std::time::Duration;

use edge_event::{Origin, Trigger};
use path_pattern::PathPattern;
use thiserror::Error;

use crate::edge::Collapse;
use crate::policy::{CachePolicy, Names, OriginRequestPolicy};
use crate::response_headers::ResponseHeadersPolicy;

/// The configuration of a distribution, as far as it is modelled.
#[derive(Debug, Clone)]
pub struct Distribution {
    /// Such as `E2QWRUHAPOMQZL`.
    pub id: String,
    /// Such as `d111111abcdef8.cloudfront.net`. Viewers may use any other name, too.
    pub domain_name: String,
    /// The edge locations. Each has its own cache and function instances.
    pub edges: Vec<EdgeLocation>,
    /// The origins by id.
    pub origins: BTreeMap<String, OriginSettings>,
    /// The origin groups by id.
    pub groups: BTreeMap<String, OriginGroup>,
    /// The behaviors, in order of precedence.
    pub behaviors: Vec<(PathPattern, Behavior)>,
    /// The behavior for paths that match no other one.
    pub default_behavior: Behavior,
    /// The error caching minimum TTL by status. The default is ten seconds.
    pub error_ttls: BTreeMap<u16, Duration>,
    /// The custom error pages by the status that they replace.
    pub error_pages: BTreeMap<u16, ErrorPage>,
    /// The object at `/`, without a leading slash. By default there is none.
    pub root_object: Option<String>,
}

/// A custom error page (page `GeneratingCustomErrorResponses`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    /// The path of the page, such as `/errors/404.html`. The behavior for this path fetches it.
    pub path: String,
    /// The status that the viewer gets with the page.
    pub status: u16,
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

/// Two origins. If the first one fails, the second one is asked
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
    /// The accepted methods. Others get a 403.
    pub methods: Methods,
    /// Whether responses to OPTIONS are cached, like those to GET and HEAD.
    pub cache_options: bool,
    /// What is added to every response, and removed from it.
    pub response_headers: ResponseHeadersPolicy,
}

/// The origins that a behavior's requests go to.
pub(crate) struct Target<'a> {
    /// The origin asked first.
    pub(crate) primary: &'a Origin,
    /// In a group: the second origin, and the statuses on which it is asked.
    pub(crate) secondary: Option<(&'a Origin, &'a [u16])>,
}

impl Distribution {
    /// The behavior for the viewer's path, and its name.
    pub(crate) fn behavior(&self, path: &str) -> (String, &Behavior) {
        let matching = self.behaviors.iter().find(|(pattern, _)| pattern.matches(path));
        match matching {
            Some((pattern, behavior)) => (pattern.to_string(), behavior),
            None => ("Default (*)".into(), &self.default_behavior),
        }
    }

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
    /// Whether a viewer's header reaches the origin: it is in the cache key, or the origin request policy names it
    /// (page `controlling-origin-requests`).
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

    /// Whether any cookie reaches the origin. Only then may responses have cookies. Then requests are not collapsed
    /// and expired objects are not revalidated (pages `Cookies`, `RequestAndResponseBehaviorS3Origin`).
    pub(crate) fn forwards_cookies(&self) -> bool {
        self.cache_policy.cookies != Names::None
            || self.origin_request_policy.cookies != Names::None
    }

    /// Whether a response to this method may come from the cache (page
    /// `RequestAndResponseBehaviorCustomOrigin`).
    pub(crate) fn caches(&self, method: &str) -> bool {
        matches!(method, "GET" | "HEAD") || (self.cache_options && method == "OPTIONS")
    }

    /// Whether a response to this method may be stored. With a maximum TTL of zero, none may.
    pub(crate) fn keeps(&self, method: &str) -> bool {
        self.caches(method) && !self.cache_policy.max_ttl.is_zero()
    }

    /// Whether requests for the same object wait for the first of them. They do not if the response is not stored,
    /// nor if cookies are forwarded (page `RequestAndResponseBehaviorCustomOrigin`), nor for a HEAD, which fetches
    /// no object.
    pub(crate) fn collapses(&self, method: &str) -> Collapse {
        let stores = self.keeps(method) && method != "HEAD";
        if stores && !self.forwards_cookies() { Collapse::Wait } else { Collapse::Alone }
    }
}

/// The methods that a behavior accepts (page `distribution-web-values-specify`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Methods {
    /// GET and HEAD.
    Read,
    /// GET, HEAD and OPTIONS.
    ReadAndOptions,
    /// GET, HEAD, OPTIONS, PUT, POST, PATCH and DELETE.
    All,
}

/// Why a distribution is refused: CloudFront would refuse it, or the simulator does not model it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct DistributionError(pub String);
