use std::time::Duration;

use crate::accept_encoding::AcceptEncoding;

/// Which of a request's headers, cookies or query strings a policy means.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Names {
    /// None of them.
    #[default]
    None,
    /// These.
    Only(Vec<String>),
    /// All but these.
    AllExcept(Vec<String>),
    /// All of them.
    All,
}

impl Names {
    /// Whether a cookie or query string of this name is meant; case matters.
    pub(crate) fn mean(&self, name: &str) -> bool {
        self.mean_by(|listed| listed == name)
    }

    /// Whether a header of this name is meant, in any casing.
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

/// What makes two requests the same object, and how long it is kept (page `controlling-the-cache-key`).
///
/// The default one keeps nothing, as the managed policy `CachingDisabled` (page `using-managed-cache-policies`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CachePolicy {
    /// The shortest time an object is kept, whatever the origin says. Above zero it overrides `no-store`
    /// (page `Expiration`).
    pub min_ttl: Duration,
    /// How long an object is kept when the origin says nothing.
    pub default_ttl: Duration,
    /// The longest time an object is kept.
    pub max_ttl: Duration,
    /// The compressed forms in which objects are asked for and kept.
    pub accept_encoding: AcceptEncoding,
    /// Request headers in the key: `None` or `Only`.
    pub headers: Names,
    /// Cookies in the key.
    pub cookies: Names,
    /// Query strings in the key.
    pub query_strings: Names,
}

/// What reaches the origin beside what is in the cache key (page `controlling-origin-requests`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OriginRequestPolicy {
    /// Viewer headers.
    pub headers: Names,
    /// Cookies.
    pub cookies: Names,
    /// Query strings.
    pub query_strings: Names,
}
