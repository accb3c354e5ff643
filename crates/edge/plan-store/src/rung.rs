use std::fmt;

/// How good the plan is that a request gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rung {
    /// Younger than the soft TTL.
    Fresh,
    /// Older than that, younger than the hard TTL: a refresh is due, and nobody waits for it.
    Stale,
    /// Older than the hard TTL, and no refresh succeeded within its budget.
    Expired,
    /// No plan was ever read: the configuration's.
    Fallback,
    /// No plan was ever read, and the configuration has none.
    None,
}

impl Rung {
    /// One word for the log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Expired => "expired",
            Self::Fallback => "fallback",
            Self::None => "none",
        }
    }
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
