//! Tests of the Parameter Store reader.
#![expect(clippy::unwrap_used, reason = "a helper fails its test by panicking")]

mod faults;
mod server;
