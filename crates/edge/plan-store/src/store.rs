use std::future::Future;
use std::pin::Pin;

use thiserror::Error;

/// A read that is under way.
pub type Fetch<'a> = Pin<Box<dyn Future<Output = Result<String, StoreError>> + Send + 'a>>;

/// Where the text of the plan is kept.
pub trait PlanStore: Send + Sync {
    /// What people call the place, for logs: the parameter's name, a path.
    fn name(&self) -> &str;

    /// Reads the text once. Whoever calls it limits the time.
    fn fetch(&self) -> Fetch<'_>;
}

/// Why the text could not be read. Holds nothing secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}: {detail}", kind.as_str())]
pub struct StoreError {
    /// The kind, one word for the log.
    pub kind: StoreErrorKind,
    /// What happened, for people.
    pub detail: String,
}

impl StoreError {
    /// An error of this kind.
    pub fn new(kind: StoreErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }
}

/// The kinds of failed reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreErrorKind {
    /// No connection came about.
    Refused,
    /// No answer in time.
    Timeout,
    /// Too many reads in this account and Region.
    Throttled,
    /// No permission.
    Denied,
    /// The place exists and holds no plan, or does not exist.
    Missing,
    /// The store broke off: a panic, caught.
    Panicked,
    /// Anything else; no credentials, for one.
    Other,
}

impl StoreErrorKind {
    /// One word for the log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Timeout => "timeout",
            Self::Throttled => "throttled",
            Self::Denied => "denied",
            Self::Missing => "missing",
            Self::Panicked => "panicked",
            Self::Other => "other",
        }
    }
}
