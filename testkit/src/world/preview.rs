use std::time::Duration;

use edge_time::{Clock, Timestamp};
use override_token::{Claims, SigningKey};
use routing_core::ReleaseId;

use super::World;

/// The key of 32 bytes of 0x01, for tests only.
pub(crate) fn signing_key() -> SigningKey {
    SigningKey::parse("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE").expect("32 bytes")
}

/// Signs any claims with the key that worlds trust.
#[must_use]
pub fn sign(claims: &Claims) -> String {
    signing_key().sign(claims)
}

impl World {
    /// A signed token for `release`, valid for `lasts`.
    #[must_use]
    pub fn token(&self, release: &str, lasts: Duration) -> String {
        let release = ReleaseId::parse(release).expect("tests write valid ids");
        let milliseconds = i64::try_from(lasts.as_millis()).expect("tests write short durations");
        let expires = Timestamp(self.clock().now().0 + milliseconds);
        sign(&Claims { release, expires, host: None, not_before: None })
    }

    /// The preview link that shows one browser `release` at `path`, for `lasts`.
    #[must_use]
    pub fn preview_link(&self, release: &str, path: &str, lasts: Duration) -> String {
        format!("{path}?__release={}", self.token(release, lasts))
    }
}
