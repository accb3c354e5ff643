use std::time::Duration;

use bytes::Bytes;
use http::Response;

use super::directives::Directives;

/// A cached object.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    /// The origin's response, with its `Set-Cookie`.
    pub(crate) response: Response<Bytes>,
    /// The time since the origin sent or confirmed it.
    pub(crate) age: Duration,
    /// How long it is fresh.
    pub(crate) ttl: Duration,
}

impl Stored {
    /// Whether the expired object is served at once while the origin is asked: for the time in
    /// `stale-while-revalidate`, but at most for the maximum TTL (page `Expiration`).
    pub(crate) fn serves_while_revalidating(&self, max_ttl: Duration) -> bool {
        self.stale_for() < self.grace("stale-while-revalidate").unwrap_or_default().min(max_ttl)
    }

    /// Whether the expired object is served if the origin answers 5xx or not at all: for the time in
    /// `stale-if-error`, but at most for the maximum TTL. Without `stale-if-error`, for the maximum TTL (pages
    /// `Expiration`, `HTTPStatusCodes`).
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
