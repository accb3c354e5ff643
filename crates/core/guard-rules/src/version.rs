use edge_time::Timestamp;
use plan_change::Document;

/// A version in the parameter's history.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub number: u64,
    pub modified: Timestamp,
    /// The ARN of the author.
    pub user: Option<String>,
    /// `None` if the text is not a valid plan. Edge locations do not use it.
    pub document: Option<Document>,
}
