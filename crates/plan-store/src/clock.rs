use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use routing_core::Timestamp;

/// Tells the time: of the plan's age, and of the decision.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock. Only here does the edge read it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that is moved by hand, for tests.
#[derive(Debug)]
pub struct ManualClock {
    now: AtomicI64,
}

impl ManualClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn new(Timestamp(now): Timestamp) -> Self {
        Self { now: AtomicI64::new(now) }
    }

    /// Sets the clock, back too.
    pub fn set(&self, Timestamp(now): Timestamp) {
        self.now.store(now, Ordering::Relaxed);
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.now.fetch_add(by, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::Relaxed))
    }
}

/// A seed for [`Settings`](crate::Settings) that differs in every environment.
#[must_use]
pub fn random_seed() -> u64 {
    RandomState::new().hash_one(SystemClock.now())
}
