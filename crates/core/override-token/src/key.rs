use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

pub(crate) const KEY_LEN: usize = 32;

/// An Ed25519 public key, written as base64url without padding: 43 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(pub(crate) [u8; KEY_LEN]);

impl PublicKey {
    /// Reads the base64url of its 32 bytes, without padding.
    ///
    /// # Errors
    /// [`KeyError`] unless it is the base64url of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        decode(text).map(Self).ok_or_else(|| KeyError(text.into()))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// The text is not a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a key: allowed is the base64url of 32 bytes, 43 characters without `=`")]
pub struct KeyError(String);

#[cfg(feature = "sign")]
impl KeyError {
    /// The error for a secret text, which must not be shown.
    pub(crate) fn secret() -> Self {
        Self("the private key".into())
    }
}

pub(crate) fn decode(text: &str) -> Option<[u8; KEY_LEN]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
