use edge_time::Timestamp;
use routing_core::ReleaseId;
use serde::{Deserialize, Serialize};

/// The content of a token: its bearer gets `release` until `expires`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The release that the bearer gets.
    pub release: ReleaseId,
    /// When the token ends. Tokens hold whole seconds, so it is rounded down.
    pub expires: Timestamp,
    /// The only host that the token is valid for; `None` allows any host.
    pub host: Option<String>,
    /// When the token becomes valid; `None` means at once.
    pub not_before: Option<Timestamp>,
}

/// The claims on the wire. Unknown claims are ignored.
#[derive(Serialize, Deserialize)]
pub(crate) struct WireClaims {
    release: String,
    /// Seconds since 1970 (RFC 7519 section 4.1.4).
    exp: u64,
    /// Seconds since 1970 (RFC 7519 section 4.1.5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<String>,
}

impl WireClaims {
    /// The claims, if their values are valid.
    pub(crate) fn check(self) -> Option<Claims> {
        let time = |seconds| Some(Timestamp(i64::try_from(seconds).ok()?.checked_mul(1000)?));
        let not_before = match self.nbf {
            Some(seconds) => Some(time(seconds)?),
            None => None,
        };
        let release = ReleaseId::parse(&self.release).ok()?;
        Some(Claims { release, expires: time(self.exp)?, host: self.host, not_before })
    }
}

#[cfg(feature = "sign")]
impl From<&Claims> for WireClaims {
    fn from(claims: &Claims) -> Self {
        let Claims { release, expires, host, not_before } = claims;
        let seconds =
            |Timestamp(at): Timestamp| u64::try_from(at.div_euclid(1000)).unwrap_or_default();
        let nbf = not_before.map(seconds);
        Self { release: release.to_string(), exp: seconds(*expires), nbf, host: host.clone() }
    }
}
