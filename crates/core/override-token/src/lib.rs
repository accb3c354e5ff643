//! Signed, expiring override tokens: Ed25519 JWTs.
//!
//! The edge verifies with public keys; the control program signs (feature `sign`). `routing-core`
//! decides what a token means for a request.
//!
//! Start reading at [`Keys`].

mod claims;
mod key;
mod keys;
mod provider;
#[cfg(feature = "sign")]
mod sign;

pub use claims::Claims;
pub use key::{KeyError, PublicKey};
pub use keys::{Keys, MAX_KEYS, MAX_LIFETIME, MAX_TOKEN_LEN, TooManyKeys};
#[cfg(feature = "sign")]
pub use sign::{NoRandomness, SigningKey};
