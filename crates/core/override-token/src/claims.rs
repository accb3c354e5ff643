use edge_time::Timestamp;
use routing_core::ReleaseId;
use serde::{Deserialize, Serialize};

/// What a token says: who bears it gets `release` until `expires`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The release that its bearer is to get.
    pub release: ReleaseId,
    /// When the token ends, to the second: tokens count in seconds, rounded down.
    pub expires: Timestamp,
    /// The host that it is good for; any without one.
    pub host: Option<String>,
}

/// The claims on the wire; others are ignored.
#[derive(Serialize, Deserialize)]
pub(crate) struct WireClaims {
    release: String,
    /// Seconds since 1970 (RFC 7519 section 4.1.4).
    exp: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<String>,
}

impl WireClaims {
    /// The claims, if their values are possible ones.
    pub(crate) fn check(self) -> Option<Claims> {
        let milliseconds = i64::try_from(self.exp).ok()?.checked_mul(1000)?;
        let release = ReleaseId::parse(&self.release).ok()?;
        Some(Claims { release, expires: Timestamp(milliseconds), host: self.host })
    }
}

#[cfg(feature = "sign")]
impl From<&Claims> for WireClaims {
    fn from(claims: &Claims) -> Self {
        let Claims { release, expires: Timestamp(milliseconds), host } = claims;
        let exp = u64::try_from(milliseconds.div_euclid(1000)).unwrap_or_default();
        Self { release: release.to_string(), exp, host: host.clone() }
    }
}
