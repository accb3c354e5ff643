use std::future::Future;
use std::pin::Pin;

use thiserror::Error;

/// A running read.
pub type Fetch<'a> = Pin<Box<dyn Future<Output = Result<String, StoreError>> + Send + 'a>>;

/// A place that holds the text of the plan.
pub trait PlanStore: Send + Sync {
    /// The name of the place, for the log: a parameter's name or a path.
    fn name(&self) -> &str;

    /// Reads the text once. The caller limits the time.
    fn fetch(&self) -> Fetch<'_>;
}

/// Why the text could not be read. Contains no secrets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}: {detail}", kind.as_str())]
pub struct StoreError {
    /// The kind, one word for the log.
    pub kind: StoreErrorKind,
    /// The details, for people.
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
    /// The connection failed.
    Refused,
    /// No answer in time.
    Timeout,
    /// The account reads too often in this Region.
    Throttled,
    /// The role has no permission.
    Denied,
    /// The place does not exist, or it is empty.
    Missing,
    /// The store panicked, and the panic was caught.
    Panicked,
    /// Anything else, for example missing credentials.
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
