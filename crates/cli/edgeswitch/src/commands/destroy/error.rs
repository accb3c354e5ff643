use thiserror::Error;

use super::in_use::InUse;
use crate::aws::{AwsError, AwsErrorKind};
use crate::commands::deploy::NameError;
use crate::control::{AskError, ProjectError, TerminalError, WaitError};
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
    #[error("{0}; nothing was deleted")]
    InUse(InUse),
    #[error("stack `{0}` is not one of the functions of this project")]
    ForeignStack(String),
    #[error("stack `{stack}` is {status}: CloudFormation works on it")]
    Busy { stack: String, status: String },
    #[error("stack `{stack}` is {status}: {what}")]
    Stack { stack: String, status: String, what: String },
    /// The call to delete the stack may have succeeded.
    #[error("it is not certain whether CloudFormation deletes stack `{stack}`: {error}")]
    Uncertain { stack: String, error: AwsError },
    #[error("CloudFormation deletes stack `{stack}`, but its progress cannot be read: {error}")]
    Unfollowed { stack: String, error: AwsError },
    #[error("{}bucket `{bucket}` is not deleted yet: {error}", so_far(.deleted))]
    BucketLeft { bucket: String, deleted: Vec<String>, error: AwsError },
}

/// The beginning of a sentence that says what is left.
fn so_far(deleted: &[String]) -> String {
    if deleted.is_empty() {
        String::new()
    } else {
        format!("{} is deleted, but ", deleted.join(" and "))
    }
}

impl From<WaitError> for DestroyError {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::Aws(error) => error.into(),
            WaitError::Terminal(error) => error.into(),
        }
    }
}

impl Failure for DestroyError {
    fn advice(&self) -> Advice {
        let failed = Advice::failed();
        match self {
            Self::Project(error) => error.advice(),
            Self::Name(error) => error.advice(),
            Self::Aws(error) => aws_advice(error),
            Self::Ask(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
            Self::InUse(used) => failed.hint(match used.with_function() {
                Some(id) => format!("`edgeswitch detach {id}` takes them out"),
                None => "give the behaviours other policies, then run the command again".into(),
            }),
            Self::ForeignStack(_) => failed.hint("choose the `name` that you deployed"),
            Self::Busy { .. } => {
                Advice::in_progress().hint("without `--dry-run` the command waits for its end")
            }
            Self::Uncertain { .. } | Self::Unfollowed { .. } => failed.hint(
                "run the same command again: it waits for the end, and goes on with what is left",
            ),
            Self::BucketLeft { error, .. } => failed.hint(match error.kind.is_passing() {
                true => "run the same command again: it goes on with what is left",
                false => "deploy/iam/deployer.json has the permissions; then run the same command again: it goes on with what is left",
            }),
            Self::Stack { stack, .. } => failed.hint(format!(
                "run the command again; the stack's events say more: `aws cloudformation describe-stack-events --region us-east-1 --stack-name {stack}`"
            )),
        }
    }
}

/// Nothing was deleted before such an error. The Region is always us-east-1, so no hint sends the reader to `--region`.
fn aws_advice(error: &AwsError) -> Advice {
    match error.kind {
        AwsErrorKind::Denied => Advice::failed().hint(
            "nothing was deleted; deploy/iam/deployer.json has the permissions; `aws sts get-caller-identity` tells who you are",
        ),
        AwsErrorKind::Missing
        | AwsErrorKind::NoDistribution
        | AwsErrorKind::NoPolicy
        | AwsErrorKind::Refused
        | AwsErrorKind::Exists
        | AwsErrorKind::Changed => {
            Advice::failed().hint("nothing was deleted; run the command again: it begins with what is there")
        }
        AwsErrorKind::NoCredentials
        | AwsErrorKind::NoVersion
        | AwsErrorKind::Labelled
        | AwsErrorKind::Throttled
        | AwsErrorKind::Lost
        | AwsErrorKind::Internal => error.advice(),
    }
}
