use std::time::Duration;

/// The longest wait after a lost refresh, far enough from the 5 s that viewer-request has in all (page
/// `cloudfront-limits`).
const LONGEST_PATIENCE: Duration = Duration::from_secs(3);

/// How fresh the plan is kept, and how long a request may wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refresh {
    /// A plan younger than this is fresh (±10 % jitter). Default 15 s.
    pub soft_ttl: Duration,
    /// A plan older than this is expired. Above the soft TTL. Default 45 s.
    pub hard_ttl: Duration,
    /// The longest that one request waits for a refresh. Default 500 ms. After a refresh that was lost
    /// with a frozen environment, one request waits for three budgets or 3 s, whichever is less, so that a
    /// far Region can be reached at all.
    pub budget: Duration,
}

impl Refresh {
    /// How long one refresh may take: it goes on beside the requests when its budget is used up, so
    /// that a far Region still succeeds.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.budget * 3
    }

    /// How long a request waits for the refresh that follows a lost one: never less than the budget.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.limit().min(LONGEST_PATIENCE).max(self.budget)
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
