use std::time::Duration;

use edge_time::Timestamp;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use routing_core::{OverrideClaim, TokenProblem, VerifyToken};
use thiserror::Error;

use crate::claims::{Claims, WireClaims};
use crate::key::PublicKey;
use crate::provider;

/// How many public keys there may be at a time: that of the key that signs, and that of the key before
/// or after it.
pub const MAX_KEYS: usize = 2;
/// The longest token, in bytes. Ours have about 250.
pub const MAX_TOKEN_LEN: usize = 1024;

/// How far in the future a token may end, unless the configuration says otherwise: 30 days.
pub const MAX_LIFETIME: Duration = Duration::from_secs(30 * 86_400);

/// The public keys that tokens are verified with. Without a key no token is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    keys: Vec<PublicKey>,
    max_lifetime: Duration,
}

impl Default for Keys {
    fn default() -> Self {
        Self { keys: Vec::new(), max_lifetime: MAX_LIFETIME }
    }
}

impl Keys {
    /// Takes up to [`MAX_KEYS`] keys.
    ///
    /// # Errors
    /// [`TooManyKeys`] above [`MAX_KEYS`].
    pub fn try_new(keys: Vec<PublicKey>) -> Result<Self, TooManyKeys> {
        if keys.len() > MAX_KEYS {
            Err(TooManyKeys(keys.len()))
        } else {
            Ok(Self { keys, ..Self::default() })
        }
    }

    /// The keys, in the order given.
    #[must_use]
    pub fn as_slice(&self) -> &[PublicKey] {
        &self.keys
    }

    /// How far in the future a token may end.
    #[must_use]
    pub fn max_lifetime(&self) -> Duration {
        self.max_lifetime
    }

    /// The same keys, for tokens that end at most `max_lifetime` in the future.
    #[must_use]
    pub fn with_max_lifetime(self, max_lifetime: Duration) -> Self {
        Self { max_lifetime, ..self }
    }

    fn claims(&self, token: &str) -> Result<Claims, TokenProblem> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(TokenProblem::Malformed);
        }
        if decode_header(token).map_err(|_| TokenProblem::Malformed)?.crit.is_some() {
            return Err(TokenProblem::Critical);
        }
        let mut problem = TokenProblem::BadSignature;
        for key in &self.keys {
            match claims(token, key) {
                Ok(claims) => return claims.check().ok_or(TokenProblem::Malformed),
                // This key did not sign the token; another may have. Any other error counts, whichever
                // key is tried first.
                Err(error) if *error.kind() == ErrorKind::InvalidSignature => {}
                Err(_) => problem = TokenProblem::Malformed,
            }
        }
        Err(problem)
    }
}

impl VerifyToken for Keys {
    /// There is no leeway: a token ends exactly at its `exp`. The case of the host does not matter.
    fn verify(
        &self,
        token: &str,
        host: Option<&str>,
        now: Timestamp,
    ) -> Result<OverrideClaim, TokenProblem> {
        let claims = self.claims(token)?;
        if now >= claims.expires {
            return Err(TokenProblem::Expired);
        }
        if claims.not_before.is_some_and(|begin| now < begin) {
            return Err(TokenProblem::NotYetValid);
        }
        if claims.expires > now.plus(self.max_lifetime) {
            return Err(TokenProblem::TooLong);
        }
        if let Some(wanted) = &claims.host
            && !host.is_some_and(|host| host.eq_ignore_ascii_case(wanted))
        {
            return Err(TokenProblem::WrongHost);
        }
        Ok(OverrideClaim { release: claims.release, expires: claims.expires })
    }
}

/// There are more keys than a configuration may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0} public keys are too many: at most {MAX_KEYS} are allowed")]
pub struct TooManyKeys(usize);

fn claims(token: &str, key: &PublicKey) -> Result<WireClaims, Error> {
    provider::install();
    let key = DecodingKey::from_ed_der(&key.0);
    decode(token, &key, &validation()).map(|data| data.claims)
}

/// Allows only EdDSA. [`Keys::verify`](VerifyToken::verify) checks the times, because it takes the time
/// as an argument.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}
