//! Signed, expiring override tokens: Ed25519 JWTs.
