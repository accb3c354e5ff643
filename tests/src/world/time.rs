use std::time::Duration;

use plan_store::Clock;
use routing_core::Timestamp;
use tokio::time::Instant;

/// When every world begins: 2026-11-22T09:00:00Z.
pub const BEGINNING: Timestamp = Timestamp(1_795_338_000_000);

/// The clock of a world: it stands still until tokio's paused time moves, so that clocks and timers agree.
///
/// `ahead` is by how many milliseconds it is wrong; negative for a clock that is behind.
#[derive(Debug, Clone, Copy)]
pub struct VirtualClock {
    started: Instant,
    ahead: i64,
}

impl VirtualClock {
    /// A clock that says [`BEGINNING`] now.
    #[must_use]
    pub fn start() -> Self {
        Self { started: Instant::now(), ahead: 0 }
    }

    /// A clock that is `ahead` milliseconds ahead of this one.
    #[must_use]
    pub fn skewed(self, ahead: i64) -> Self {
        Self { ahead: self.ahead + ahead, ..self }
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp(BEGINNING.0.saturating_add(passed).saturating_add(self.ahead))
    }
}

/// `45.s()`: whole numbers as spans of time.
pub trait Span {
    /// Milliseconds.
    fn ms(self) -> Duration;
    /// Seconds.
    fn s(self) -> Duration;
    /// Minutes.
    fn m(self) -> Duration;
    /// Hours.
    fn h(self) -> Duration;
}

impl Span for u64 {
    fn ms(self) -> Duration {
        Duration::from_millis(self)
    }

    fn s(self) -> Duration {
        Duration::from_secs(self)
    }

    fn m(self) -> Duration {
        Duration::from_secs(60 * self)
    }

    fn h(self) -> Duration {
        Duration::from_secs(3600 * self)
    }
}
