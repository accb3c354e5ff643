use thiserror::Error;

use crate::aws::{Association, AwsError};
use crate::commands::deploy::{FollowError, NameError};
use crate::control::{AskError, ProjectError, TerminalError};
use crate::failure::{Advice, Failure};

/// What was deployed was not deleted as a whole.
#[derive(Debug, Error)]
pub(crate) enum DestroyError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error(
        "distribution `{}` has `{}` at {} of behavior `{}`",
        .0.distribution, .0.version, .0.event, .0.behavior
    )]
    Attached(Association),
    #[error("stack `{0}` is not one of the functions of this project")]
    ForeignStack(String),
    #[error("stack `{stack}` is {status}: CloudFormation works on it")]
    Busy { stack: String, status: String },
    #[error("stack `{stack}` is {status}: {what}")]
    Stack { stack: String, status: String, what: String },
}

impl From<FollowError> for DestroyError {
    fn from(error: FollowError) -> Self {
        match error {
            FollowError::Aws(error) => error.into(),
            FollowError::Terminal(error) => error.into(),
        }
    }
}

impl Failure for DestroyError {
    fn advice(&self) -> Advice {
        let failed = Advice::failed();
        match self {
            Self::Project(error) => error.advice(),
            Self::Name(error) => error.advice(),
            Self::Aws(_) => {
                failed.hint("run the command again: it goes on with what is left; deploy/iam/deployer.json has the permissions")
            }
            Self::Ask(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
            Self::Attached(_) => failed.hint(
                "`edgeswitch detach` gives the distribution back what it had before",
            ),
            Self::ForeignStack(_) => failed.hint("choose the `name` that you deployed"),
            Self::Busy { .. } => {
                Advice::in_progress().hint("without `--dry-run` the command waits for its end")
            }
            Self::Stack { stack, .. } => failed.hint(format!(
                "run the command again; the stack's events say more: `aws cloudformation describe-stack-events --region us-east-1 --stack-name {stack}`"
            )),
        }
    }
}
