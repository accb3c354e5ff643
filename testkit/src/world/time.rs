use std::time::Duration;

pub use virtual_clock::{BEGINNING, VirtualClock};

/// Whole numbers as durations: `45.s()`.
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
