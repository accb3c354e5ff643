use std::time::Duration;

use bytes::Bytes;
use http::Response;

use super::directives::Directives;

/// An object as the cache has it.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    /// The origin's answer, its `Set-Cookie` with it.
    pub(crate) response: Response<Bytes>,
    /// How long ago the origin gave or confirmed it.
    pub(crate) age: Duration,
    /// How long it was to be fresh.
    pub(crate) ttl: Duration,
}

impl Stored {
    /// Whether it is served at once past its TTL while the origin is asked: as long as
    /// `stale-while-revalidate` says, at most for the maximum TTL (page `Expiration`).
    pub(crate) fn serves_while_revalidating(&self, max_ttl: Duration) -> bool {
        self.stale_for() < self.grace("stale-while-revalidate").unwrap_or_default().min(max_ttl)
    }

    /// Whether it is served when the origin answers 5xx or not at all: as long as `stale-if-error` says, at
    /// most for the maximum TTL, and that long too if the origin says nothing
    /// (pages `Expiration`, `HTTPStatusCodes`).
    pub(crate) fn serves_on_error(&self, max_ttl: Duration) -> bool {
        self.stale_for() < self.grace("stale-if-error").unwrap_or(max_ttl).min(max_ttl)
    }

    fn grace(&self, directive: &str) -> Option<Duration> {
        Directives::of(self.response.headers()).seconds(directive)
    }

    fn stale_for(&self) -> Duration {
        self.age.saturating_sub(self.ttl)
    }
}
