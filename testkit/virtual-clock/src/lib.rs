//! A clock that moves only with tokio's paused time, so that clock and timers agree.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use edge_time::{Clock, Timestamp};
use tokio::time::Instant;

/// The time at which most tests begin: 2026-11-22T09:00:00Z.
pub const BEGINNING: Timestamp = Timestamp(1_795_338_000_000);

/// A clock that moves with tokio's time. A clone is another handle to the same clock.
#[derive(Debug, Clone)]
pub struct VirtualClock {
    began: Instant,
    from: Timestamp,
    frozen: Arc<AtomicI64>,
}

impl VirtualClock {
    /// A clock that shows `from` now.
    #[must_use]
    pub fn at(from: Timestamp) -> Self {
        Self { began: Instant::now(), from, frozen: Arc::default() }
    }

    /// A clock that shows [`BEGINNING`] now.
    #[must_use]
    pub fn start() -> Self {
        Self::at(BEGINNING)
    }

    /// The same clock, `ahead` milliseconds fast. A negative number makes it slow.
    #[must_use]
    pub fn skewed(&self, ahead: i64) -> Self {
        let from = Timestamp(self.from.0.saturating_add(ahead));
        Self { from, ..self.clone() }
    }

    /// Moves the clock by `milliseconds` but no timer, as when an execution environment was frozen. A
    /// negative number sets the clock back.
    pub fn freeze(&self, milliseconds: i64) {
        self.frozen.fetch_add(milliseconds, Ordering::Relaxed);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let frozen = self.frozen.load(Ordering::Relaxed);
        Timestamp(self.from.plus(self.began.elapsed()).0.saturating_add(frozen))
    }
}
