//! `X-Amz-Cf-Id`: the id of a request.

use std::hash::{DefaultHasher, Hash, Hasher};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use edge_time::Timestamp;

/// The id of a distribution's `number`th request. Like CloudFront's ids it has 56 characters.
///
/// The same arguments give the same id, so that test runs are repeatable.
pub(crate) fn of(distribution: &str, Timestamp(at): Timestamp, number: u64) -> String {
    let mut bytes = Vec::with_capacity(40);
    for part in 0..5 {
        bytes.extend(hash(&(distribution, at, number, part)).to_be_bytes());
    }
    URL_SAFE.encode(bytes)
}

/// Tells the log files of a run from those of another one.
pub(crate) fn log_run(distribution: &str, Timestamp(at): Timestamp) -> String {
    format!("{:08x}", hash(&(distribution, at, "logs")) >> 32)
}

/// The host name of an edge server, for `Via`.
pub(crate) fn server(edge: &str) -> String {
    format!("{:016x}{:016x}.cloudfront.net", hash(&(edge, 0)), hash(&(edge, 1)))
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
