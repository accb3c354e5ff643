use routing_core::PlanError;
use thiserror::Error;

/// The largest value of a standard parameter, in bytes (page `parameter-store-advanced-parameters` of
/// the Systems Manager guide).
pub const MAX_PLAN_BYTES: usize = 4096;

/// Why a text is not a plan.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlanProblem {
    /// The text is empty or white space.
    #[error("the plan is empty: allowed are JSON, or release ids separated by white space")]
    Empty,
    /// The text is larger than a standard parameter allows.
    #[error("the plan has {0} bytes: at most {MAX_PLAN_BYTES} are allowed")]
    TooLarge(usize),
    /// Not JSON, or a value of another type than the format's.
    #[error("{path}: {message}")]
    Unreadable {
        /// Where: `stages[2].weights[0]`, or `plan` for the whole.
        path: String,
        /// What is wrong, with line and column.
        message: String,
    },
    /// A version of the format that this program does not read.
    #[error("schema: {0} is not known: this version reads 1")]
    UnknownSchema(u64),
    /// JSON of the right types that breaks a rule.
    #[error(transparent)]
    Rule(#[from] PlanError),
}

impl PlanProblem {
    /// One word for the log.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge(_) => "large",
            Self::Unreadable { .. } => "unreadable",
            Self::UnknownSchema(_) => "schema",
            Self::Rule(_) => "rule",
        }
    }
}
