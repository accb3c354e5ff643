use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use edge_time::Timestamp;
use headers::{Expires, HeaderMapExt};
use http::header::EXPIRES;
use http::{HeaderMap, StatusCode};

use super::directives::Directives;
use crate::policy::CachePolicy;

/// The default TTL of an error (page `custom-error-pages-expiration`).
const ERROR_TTL: Duration = Duration::from_secs(10);
/// The minimum TTL of an S3 origin's error (page `custom-error-pages-expiration`).
const S3_ERROR_TTL_FLOOR: Duration = Duration::from_secs(1);

/// The kind of origin that answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OriginKind {
    /// A bucket.
    S3,
    /// Any other HTTP server.
    Custom,
}

/// Everything that decides the TTL of a response (pages `Expiration`, `HTTPStatusCodes`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ttl<'a> {
    /// The behavior's cache policy. A maximum TTL of zero turns the cache off, for errors too.
    pub(crate) policy: &'a CachePolicy,
    /// The error caching minimum TTL of a status.
    pub(crate) error_ttls: &'a BTreeMap<u16, Duration>,
    pub(crate) origin: OriginKind,
}

impl Ttl<'_> {
    /// The TTL of a response with this status and these headers. `None`: it is not stored. Zero: it is stored, but
    /// the origin is asked every time, and requests that waited for it do not share it.
    ///
    /// Even a `no-store` or `private` response is stored with TTL zero, to be served if the origin cannot be
    /// reached. Only `stale-if-error=0` prevents that (page `Expiration`, the warning). If the minimum TTL is above
    /// zero, even that is ignored. `Set-Cookie` and `Vary` make no difference.
    pub(crate) fn of(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Option<Duration> {
        if self.policy.max_ttl.is_zero() {
            return None;
        }
        let said = Directives::of(headers);
        match status.as_u16() {
            // A part is not the whole object.
            206 => None,
            200..=399 if said.keeps_nothing() && self.policy.min_ttl.is_zero() => None,
            200..=399 => Some(self.of_object(&said, headers, now)),
            404 | 410 | 414 | 501 if said.no_store() || said.no_cache() => None,
            404 | 410 | 414 | 500..=504 => Some(self.of_error(status, &said, headers, now)),
            400 | 403 | 405 | 412 | 415 if said.lifetime().is_some() => {
                Some(self.of_error(status, &said, headers, now))
            }
            _ => None,
        }
    }

    fn of_object(&self, said: &Directives, headers: &HeaderMap, now: Timestamp) -> Duration {
        let CachePolicy { min_ttl, default_ttl, max_ttl, .. } = *self.policy;
        if said.no_store() || said.no_cache() {
            min_ttl
        } else {
            let lifetime = lifetime(said, headers, now).map(|lifetime| lifetime.min(max_ttl));
            lifetime.unwrap_or(default_ttl).max(min_ttl)
        }
    }

    fn of_error(
        &self,
        status: StatusCode,
        said: &Directives,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Duration {
        let lifetime = lifetime(said, headers, now).unwrap_or_default().min(self.policy.max_ttl);
        let minimum = self.error_ttls.get(&status.as_u16()).copied().unwrap_or(ERROR_TTL);
        let floor = match self.origin {
            OriginKind::S3 => S3_ERROR_TTL_FLOOR,
            OriginKind::Custom => Duration::ZERO,
        };
        lifetime.max(minimum).max(floor)
    }
}

/// The TTL that the origin sets. `Expires` counts only if `Cache-Control` has no TTL. An invalid date counts as
/// past.
fn lifetime(said: &Directives, headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    said.lifetime().or_else(|| {
        headers.contains_key(EXPIRES).then(|| match headers.typed_get::<Expires>() {
            Some(expires) => until(expires, now),
            None => Duration::ZERO,
        })
    })
}

fn until(expires: Expires, Timestamp(now): Timestamp) -> Duration {
    let now = UNIX_EPOCH + Duration::from_millis(now.try_into().unwrap_or_default());
    std::time::SystemTime::from(expires).duration_since(now).unwrap_or_default()
}
