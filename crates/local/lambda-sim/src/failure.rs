use std::time::Duration;

use cloudfront_sim::FunctionError;

use crate::report::Status;
use crate::unhandled::Unhandled;

/// Why an instance gave no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The function reported an error. Its process keeps running.
    Reported(Unhandled),
    /// The process ended, or broke the rules of the Runtime API.
    Broken(Unhandled),
    /// The function did not answer for this long.
    TimedOut(Duration),
}

impl Failure {
    /// The process made a call that is not allowed at that time.
    pub(crate) fn unexpected(call: &str) -> Self {
        Self::Broken(Unhandled {
            error_type: "InvalidStateTransition".to_owned(),
            error_message: format!("the function {call}"),
        })
    }

    /// The status in the report.
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Reported(error) | Self::Broken(error) => Status::Error(error.error_type.clone()),
            Self::TimedOut(_) => Status::Timeout,
        }
    }

    /// Whether the process can serve another event.
    pub(crate) fn leaves_process(&self) -> bool {
        match self {
            Self::Reported(_) => true,
            Self::Broken(_) | Self::TimedOut(_) => false,
        }
    }
}

impl From<Failure> for FunctionError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Reported(error) | Failure::Broken(error) => error.into(),
            Failure::TimedOut(after) => Self::TimedOut(after),
        }
    }
}
