use std::fmt;
use std::time::Duration;

use edge_time::Timestamp;
use thiserror::Error;

/// The longest release id, in bytes.
pub const MAX_ID_LEN: usize = 64;

/// A release's id: `[A-Za-z0-9][A-Za-z0-9_-]{0,63}`, normally the commit hash.
///
/// These characters are safe in a path, a header and a cookie, so an id may be printed anywhere.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReleaseId(Box<str>);

impl ReleaseId {
    /// Checks `text` against the pattern.
    ///
    /// # Errors
    /// [`IdError`] for an empty or too long text, and for any character outside the pattern.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if is_id(text) { Ok(Self(text.into())) } else { Err(IdError(text.into())) }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReleaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ReleaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The text is not a release id, or not a rollout id, which has the same pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{0}` is not an id: allowed are 1 to 64 of A-Z, a-z, 0-9, `_` and `-`, a letter or digit first"
)]
pub struct IdError(pub String);

/// Whether `text` has the pattern of release and rollout ids.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let [first, rest @ ..] = text.as_bytes() else { return false };
    first.is_ascii_alphanumeric()
        && text.len() <= MAX_ID_LEN
        && rest.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// One named deployment: where its front end and its back ends are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    pub id: ReleaseId,
    /// The S3 key prefix: starts with `/`, does not end with `/`, at most 255 characters.
    pub prefix: String,
    /// Maps an origin key of the configuration to the domain that serves this release.
    pub origins: Vec<(String, String)>,
    /// A label for people, `blue` or `green`.
    pub slot: Option<String>,
    /// When a release that has lost its traffic last had weight. Its cookies live longer.
    pub served_until: Option<Timestamp>,
}

impl Release {
    /// The domain that serves `origin_key` for this release.
    #[must_use]
    pub fn origin(&self, origin_key: &str) -> Option<&str> {
        self.origins.iter().find(|(key, _)| key == origin_key).map(|(_, domain)| domain.as_str())
    }

    /// Whether viewers may still hold a cookie of this release, or have a page of it open, although it
    /// has lost its traffic.
    pub(crate) fn is_held(&self, cookies_live: Duration, now: Timestamp) -> bool {
        self.served_until.is_some_and(|until| until.plus(cookies_live) > now)
    }
}
