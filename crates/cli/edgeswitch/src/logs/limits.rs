use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The memory of a function that is not for rows, in bytes: the program, its connections and the parts of logs.
const BESIDE_ROWS: u64 = 112 << 20;
/// The most memory that a row takes, in bytes: the page load of a viewer who is seen once, while the counts of two threads
/// are merged. It was measured as 240.
const OF_A_ROW: u64 = 288;
/// The rows between two looks at the clock.
const BETWEEN_LOOKS: u64 = 1024;

/// How much of the logs is read at most. The default is no limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadLimits {
    rows: Option<u64>,
    /// The time at which reading must have ended.
    pub(crate) until: Option<Instant>,
}

/// A limit that was reached, so that the logs were not read to their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Rows(u64),
    Time,
}

impl ReadLimits {
    /// The limits of a function with this memory, which may read for this long.
    #[must_use]
    pub fn of_function(megabytes: u64, time: Duration) -> Self {
        let rows = (megabytes << 20).saturating_sub(BESIDE_ROWS) / OF_A_ROW;
        Self { rows: Some(rows), until: Some(Instant::now() + time) }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows(rows) => {
                write!(f, "more logs than the {rows} requests that fit into memory")
            }
            Self::Time => f.write_str("more logs than can be read in the time of a run"),
        }
    }
}

/// What is left of the limits, for all threads.
pub(super) struct Budget {
    limits: ReadLimits,
    rows: AtomicU64,
}

impl Budget {
    pub(super) fn new(limits: ReadLimits) -> Self {
        Self { limits, rows: AtomicU64::new(0) }
    }

    /// Counts a row. Returns the limit that it reaches, if it does.
    pub(super) fn take(&self) -> Option<Limit> {
        let ReadLimits { rows: most, until } = self.limits;
        if most.is_none() && until.is_none() {
            return None;
        }
        let rows = self.rows.fetch_add(1, Ordering::Relaxed);
        if let Some(most) = most.filter(|most| rows >= *most) {
            return Some(Limit::Rows(most));
        }
        if rows.is_multiple_of(BETWEEN_LOOKS) { self.is_late() } else { None }
    }

    /// The limit of time, if it is reached.
    pub(super) fn is_late(&self) -> Option<Limit> {
        self.limits.until.filter(|until| *until <= Instant::now()).map(|_| Limit::Time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_reads_as_many_rows_as_fit_into_its_memory() {
        let rows = |megabytes| {
            let limits = ReadLimits::of_function(megabytes, Duration::from_secs(30));
            limits.rows.unwrap()
        };
        assert_eq!([128, 256, 512, 1024].map(rows), [58_254, 524_288, 1_456_355, 3_320_490]);
        assert_eq!(rows(0), 0);
    }

    #[test]
    fn a_budget_ends_at_its_limit_and_not_before() {
        let none = Budget::new(ReadLimits::default());
        assert!((0..5000).all(|_| none.take().is_none()));
        let rows = Budget::new(ReadLimits { rows: Some(3), until: None });
        let taken: Vec<Option<Limit>> = (0..5).map(|_| rows.take()).collect();
        let over = Some(Limit::Rows(3));
        assert_eq!(taken, [None, None, None, over, over]);
        let late = Budget::new(ReadLimits { rows: None, until: Some(Instant::now()) });
        assert_eq!((late.take(), late.is_late()), (Some(Limit::Time), Some(Limit::Time)));
        let later = Instant::now() + Duration::from_secs(3600);
        let early = Budget::new(ReadLimits { rows: None, until: Some(later) });
        assert_eq!((early.take(), early.is_late()), (None, None));
    }
}
