use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::JwtSigner;
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult};
use jsonwebtoken::signature::{Error as SignatureError, Signer};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use thiserror::Error;

use crate::claims::{Claims, WireClaims};
use crate::key::{KEY_LEN, KeyError, PublicKey, decode};
use crate::provider;

/// An Ed25519 private key: its seed (RFC 8032), written as base64url without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey([u8; KEY_LEN]);

impl SigningKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`NoRandomness`] if the system has no random numbers to give.
    pub fn generate() -> Result<Self, NoRandomness> {
        let seed = ring::rand::generate(&SystemRandom::new()).map_err(|_| NoRandomness)?;
        Ok(Self(seed.expose()))
    }

    /// Reads a key as [`to_text`](Self::to_text) writes it.
    ///
    /// # Errors
    /// [`KeyError`] unless it is the base64url of 32 bytes. The error does not show the text.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        decode(text.trim()).map(Self).ok_or_else(KeyError::secret)
    }

    /// The key as text. It is a secret.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The public half, for the configuration.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let pair = pair(&self.0).expect("32 bytes are always a seed");
        let public = pair.public_key().as_ref().try_into();
        PublicKey(public.expect("an Ed25519 public key has 32 bytes"))
    }

    /// A token with these claims.
    #[must_use]
    pub fn sign(&self, claims: &Claims) -> String {
        provider::install();
        let key = EncodingKey::from_ed_der(&self.0);
        encode(&Header::new(Algorithm::EdDSA), &WireClaims::from(claims), &key)
            .expect("strings and numbers are always JSON, and 32 bytes are always a seed")
    }
}

/// Prints only the public key.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(public: {})", self.public())
    }
}

/// The system has no random numbers to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the system has no random numbers to make a key from")]
pub struct NoRandomness;

struct EdSigner(Ed25519KeyPair);

impl Signer<Vec<u8>> for EdSigner {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

impl JwtSigner for EdSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

pub(crate) fn signer(key: &EncodingKey) -> JwtResult<Box<dyn JwtSigner>> {
    let pair = pair(key.as_bytes()).ok_or(ErrorKind::InvalidEddsaKey)?;
    Ok(Box::new(EdSigner(pair)))
}

fn pair(seed: &[u8]) -> Option<Ed25519KeyPair> {
    Ed25519KeyPair::from_seed_unchecked(seed).ok()
}
