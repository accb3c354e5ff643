use std::fmt;

/// How fresh the plan is that a request gets, and where it comes from if none has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Freshness {
    /// Younger than the soft TTL.
    Fresh,
    /// Between the soft and the hard TTL: a refresh runs in the background, and no request waits for it.
    Stale,
    /// Older than the hard TTL, and no refresh has succeeded within its budget.
    Expired,
    /// No plan has been read yet: this is the configuration's fallback plan.
    Fallback,
    /// No plan has been read yet, and the configuration has no fallback.
    None,
}

impl Freshness {
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

impl fmt::Display for Freshness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
