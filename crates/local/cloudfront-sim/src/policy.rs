use std::time::Duration;

use crate::accept_encoding::AcceptEncoding;

/// Which headers, cookies or query strings of a request a policy includes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Names {
    /// Includes none.
    #[default]
    None,
    /// Includes these.
    Only(Vec<String>),
    /// Includes all except these.
    AllExcept(Vec<String>),
    /// Includes all.
    All,
}

impl Names {
    /// Whether a cookie or query string with this name is included. Case matters.
    pub(crate) fn mean(&self, name: &str) -> bool {
        self.mean_by(|listed| listed == name)
    }

    /// Whether a header with this name is included. Case does not matter.
    pub(crate) fn mean_header(&self, name: &str) -> bool {
        self.mean_by(|listed| listed.eq_ignore_ascii_case(name))
    }

    fn mean_by(&self, is: impl Fn(&str) -> bool) -> bool {
        match self {
            Names::None => false,
            Names::Only(names) => names.iter().any(|listed| is(listed)),
            Names::AllExcept(names) => !names.iter().any(|listed| is(listed)),
            Names::All => true,
        }
    }
}

/// The parts of a request in the cache key, and the TTLs (page `controlling-the-cache-key`).
///
/// The default caches nothing, like the managed policy `CachingDisabled` (page `using-managed-cache-policies`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CachePolicy {
    /// The minimum TTL. If it is above zero, it overrides even `no-store` (page `Expiration`).
    pub min_ttl: Duration,
    /// The TTL if the origin says nothing.
    pub default_ttl: Duration,
    /// The maximum TTL.
    pub max_ttl: Duration,
    /// The compressed variants that are requested and cached.
    pub accept_encoding: AcceptEncoding,
    /// Request headers in the key: `None` or `Only`.
    pub headers: Names,
    /// Cookies in the key.
    pub cookies: Names,
    /// Query strings in the key.
    pub query_strings: Names,
}

/// What reaches the origin in addition to the cache key (page `controlling-origin-requests`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OriginRequestPolicy {
    /// Viewer headers.
    pub headers: Names,
    /// Cookies.
    pub cookies: Names,
    /// Query strings.
    pub query_strings: Names,
}
