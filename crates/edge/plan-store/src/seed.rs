use std::hash::{BuildHasher, RandomState};

use edge_time::{Clock, SystemClock};

/// A seed for [`Settings`](crate::Settings) that differs in every execution environment.
#[must_use]
pub fn random_seed() -> u64 {
    RandomState::new().hash_one(SystemClock.now())
}
