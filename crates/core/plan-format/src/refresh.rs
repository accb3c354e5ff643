use std::time::Duration;

/// The longest wait after a frozen refresh: well below viewer-request's limit of 5 s (page
/// `cloudfront-limits`).
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// How fresh the plan is kept, and how long a request may wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refresh {
    /// A plan younger than this is fresh (±10 % jitter). Default 15 s.
    pub soft_ttl: Duration,
    /// A plan older than this is expired. Above the soft TTL. Default 45 s.
    pub hard_ttl: Duration,
    /// How long one request waits for a refresh. Default 500 ms. After a refresh that was frozen with its
    /// environment, one request waits for three budgets or 3 s, whichever is less: otherwise a far
    /// Region might never be reached.
    pub budget: Duration,
}

impl Refresh {
    /// How long one refresh may take. When its budget is used up, it continues in the background, so that
    /// a far Region still succeeds.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.budget * 3
    }

    /// How long a request waits for the refresh after a frozen one: never less than the budget.
    #[must_use]
    pub fn longest_wait(&self) -> Duration {
        self.limit().min(LONGEST_WAIT).max(self.budget)
    }
}

impl Default for Refresh {
    fn default() -> Self {
        Self {
            soft_ttl: Duration::from_secs(15),
            hard_ttl: Duration::from_secs(45),
            budget: Duration::from_millis(500),
        }
    }
}
