//! How a request ended.

use access_log::{ResultType, Row};

use crate::Content;

/// How a request ended for its viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// With a response that is no failure of the release.
    Fine,
    /// With a status of 5xx.
    ServerError,
    /// A file was not found.
    MissingFile,
    /// An edge function failed, which is not the release's fault.
    FunctionError,
}

impl Outcome {
    /// How the request of the row ended.
    #[must_use]
    pub fn of(row: &Row<'_>, content: Content) -> Outcome {
        let status = row.status().unwrap_or_default();
        if is_function_error(row) {
            Outcome::FunctionError
        } else if (500..600).contains(&status) {
            Outcome::ServerError
        } else if content == Content::File && matches!(status, 403 | 404) {
            // A bucket that may not be listed answers 403 for a file that it does not have.
            Outcome::MissingFile
        } else {
            Outcome::Fine
        }
    }
}

/// Whether a cache answered.
#[must_use]
pub fn is_hit(row: &Row<'_>) -> bool {
    let result = row.response_result().or(row.result());
    result.is_some_and(|result| {
        matches!(result, ResultType::Hit | ResultType::RefreshHit | ResultType::OriginShieldHit)
    })
}

fn is_function_error(row: &Row<'_>) -> bool {
    let is_one = |result| {
        matches!(
            result,
            ResultType::LambdaExecutionError
                | ResultType::LambdaValidationError
                | ResultType::LambdaLimitExceeded
                | ResultType::FunctionExecutionError
                | ResultType::FunctionThrottledError
        )
    };
    [row.result(), row.response_result(), row.detailed_result()].into_iter().flatten().any(is_one)
}
