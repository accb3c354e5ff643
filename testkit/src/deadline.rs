use std::time::{Duration, Instant};

use rustix::event::Timespec;

/// The end of a wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn within(duration: Duration) -> Self {
        Self(Instant::now() + duration)
    }

    /// The time that is left; zero after the deadline.
    pub(crate) fn remaining(self) -> Timespec {
        let left = self.0.saturating_duration_since(Instant::now());
        Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: left.subsec_nanos().into() }
    }

    pub(crate) fn passed(self) -> bool {
        self.0 <= Instant::now()
    }
}
