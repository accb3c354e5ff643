//! The cache of one edge location: cache keys, TTLs, and responses from cached objects.
//!
//! Nothing here waits, asks an origin or reads a clock.

mod answer;
mod directives;
mod edge;
mod invalidation;
mod key;
mod range;
mod stored;
mod ttl;

#[cfg(test)]
mod tests;

pub(crate) use answer::answer;
pub use edge::ObjectSummary;
pub(crate) use edge::{EdgeCache, Lookup};
pub use invalidation::{InvalidationPath, InvalidationPathError};
pub(crate) use key::CacheKey;
pub(crate) use stored::Stored;
pub(crate) use ttl::{OriginKind, Ttl};
