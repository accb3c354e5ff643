use std::time::Duration;

use cloudfront_sim::FunctionError;

use crate::report::Status;
use crate::unhandled::Unhandled;

/// Why an instance gave no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The function said so; its process goes on.
    Reported(Unhandled),
    /// The process ended, or broke the rules of the Runtime API.
    Broken(Unhandled),
    /// It said nothing for that long.
    TimedOut(Duration),
}

impl Failure {
    /// A call that the Runtime API does not expect at that moment.
    pub(crate) fn unexpected(call: &str) -> Self {
        Self::Broken(Unhandled {
            error_type: "InvalidStateTransition".to_owned(),
            error_message: format!("the function {call}"),
        })
    }

    /// What the report says.
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
