use edge_time::Timestamp;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use routing_core::{OverrideClaim, TokenProblem, VerifyToken};
use thiserror::Error;

use crate::claims::{Claims, WireClaims};
use crate::key::PublicKey;
use crate::provider;

/// Most public keys at a time: the one that signs, and the one before or after it.
pub const MAX_KEYS: usize = 2;
/// The longest token, in bytes. Ours have about 250.
pub const MAX_TOKEN_LEN: usize = 1024;

/// The public keys that tokens are verified with. Without a key no token is valid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys(Vec<PublicKey>);

impl Keys {
    /// Takes none, one or two keys.
    ///
    /// # Errors
    /// [`TooManyKeys`] above [`MAX_KEYS`].
    pub fn try_new(keys: Vec<PublicKey>) -> Result<Self, TooManyKeys> {
        if keys.len() > MAX_KEYS { Err(TooManyKeys(keys.len())) } else { Ok(Self(keys)) }
    }

    /// The keys, in the order given.
    #[must_use]
    pub fn as_slice(&self) -> &[PublicKey] {
        &self.0
    }

    fn claims(&self, token: &str) -> Result<Claims, TokenProblem> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(TokenProblem::Malformed);
        }
        let mut problem = TokenProblem::BadSignature;
        for key in &self.0 {
            match claims(token, key) {
                Ok(claims) => return claims.check().ok_or(TokenProblem::Malformed),
                Err(error) => problem = why(&error),
            }
        }
        Err(problem)
    }
}

impl VerifyToken for Keys {
    /// A token ends at its very `exp`: there is no leeway. The host is compared without regard to case.
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
        if let Some(wanted) = &claims.host
            && !host.is_some_and(|host| host.eq_ignore_ascii_case(wanted))
        {
            return Err(TokenProblem::WrongHost);
        }
        Ok(OverrideClaim { release: claims.release, expires: claims.expires })
    }
}

/// More keys than a configuration may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0} public keys are too many: at most {MAX_KEYS} are allowed")]
pub struct TooManyKeys(usize);

fn claims(token: &str, key: &PublicKey) -> Result<WireClaims, Error> {
    provider::install();
    let key = DecodingKey::from_ed_der(&key.0);
    decode(token, &key, &validation()).map(|data| data.claims)
}

/// EdDSA and nothing else. Times are checked by [`Keys::verify`](VerifyToken::verify), whose clock is
/// an argument.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

fn why(error: &Error) -> TokenProblem {
    if *error.kind() == ErrorKind::InvalidSignature {
        TokenProblem::BadSignature
    } else {
        TokenProblem::Malformed
    }
}
