use thiserror::Error;

use super::names::NameError;
use super::zips::ZipsError;
use crate::aws::{AwsError, AwsErrorKind};
use crate::commands::destroy::DestroyError;
use crate::control::{AskError, TerminalError, WaitError};
use crate::failure::{Advice, Failure};
use crate::package::PackageError;

/// The functions were not deployed.
#[derive(Debug, Error)]
pub(crate) enum DeployError {
    #[error(transparent)]
    Package(#[from] PackageError),
    #[error(transparent)]
    Zips(#[from] ZipsError),
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error(transparent)]
    Name(#[from] NameError),
    /// What a try made was not deleted as a whole.
    #[error(transparent)]
    Destroy(#[from] DestroyError),
    #[error(
        "bucket `{bucket}` is in `{region}`, not in `us-east-1`: Lambda takes no package from another Region"
    )]
    BucketElsewhere { bucket: String, region: String },
    #[error("there is no bucket `{0}`")]
    NoBucket(String),
    #[error("bucket `{bucket}` cannot be used: {source}")]
    BucketRefused { bucket: String, source: AwsError },
    #[error("function `{0}` exists, and is not of a stack of this project")]
    FunctionExists(String),
    #[error("stack `{0}` is not one of the functions of this project")]
    ForeignStack(String),
    #[error("stack `{stack}` is {status}: a deployment is under way")]
    Busy { stack: String, status: String },
    #[error("stack `{0}` could not be deleted as a whole")]
    NotDeleted(String),
    #[error("stack `{stack}` cannot go back to its former state: {reason}")]
    Stuck { stack: String, reason: String },
    #[error("CloudFormation refuses the change of stack `{stack}`: {reason}")]
    ChangeSet { stack: String, reason: String },
    #[error("stack `{stack}` is {status}: {what}")]
    Stack { stack: String, status: String, what: String, repair: String },
    #[error("somebody else deployed stack `{0}` at the same time, with other packages or settings")]
    Overtaken(String),
    #[error("stack `{stack}` has no output `{output}`")]
    NoOutput { stack: String, output: &'static str },
    #[error("an event of the test")]
    Event(#[source] serde_json::Error),
}

impl From<WaitError> for DeployError {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::Aws(error) => error.into(),
            WaitError::Terminal(error) => error.into(),
        }
    }
}

impl Failure for DeployError {
    fn advice(&self) -> Advice {
        let failed = Advice::failed();
        match self {
            Self::Package(PackageError::NoFallback(error))
                if error.kind == AwsErrorKind::Missing =>
            {
                failed.hint("there is no plan yet: `edgeswitch init <id>` writes one, or `--fallback FILE` names one")
            }
            Self::Package(error) => error.advice(),
            Self::Zips(error) => error.advice(),
            Self::Aws(error) => aws_advice(error),
            Self::Ask(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
            Self::Name(error) => error.advice(),
            Self::Destroy(error) => error.advice(),
            Self::BucketElsewhere { .. } | Self::NoBucket(_) => {
                failed.hint("without `--bucket` the command makes a bucket in us-east-1")
            }
            Self::BucketRefused { .. } => failed.hint(
                "it belongs to another account, or your permissions do not allow to use it: `--bucket` names another one",
            ),
            Self::FunctionExists(name) => failed.hint(format!(
                "choose another `name` in edgeswitch.toml; or, if nothing uses it: `aws lambda delete-function --region us-east-1 --function-name {name}`"
            )),
            Self::ForeignStack(_) => failed.hint("choose another `name` in edgeswitch.toml"),
            Self::Busy { .. } => {
                Advice::in_progress().hint("without `--dry-run` the command waits for its end")
            }
            Self::NotDeleted(_) => {
                failed.hint("`edgeswitch destroy` goes on; it says which Regions still have replicas")
            }
            Self::Stuck { stack, .. } => failed.hint(format!(
                "repair the cause and run the command again; or skip the resource: `aws cloudformation continue-update-rollback --region us-east-1 --stack-name {stack} --resources-to-skip ...`"
            )),
            Self::ChangeSet { .. } => {
                failed.hint("deploy/iam/deployer.json has the permissions that a deployment needs")
            }
            Self::Stack { repair, .. } => failed.hint(repair),
            Self::Overtaken(_) => failed.hint("run the command again: it begins with what is there"),
            Self::NoOutput { .. } => {
                failed.hint("run the command again: it gives the stack its template")
            }
            Self::Event(_) => failed,
        }
    }
}

/// The Region is always us-east-1, so no hint sends the reader to `--region`.
fn aws_advice(error: &AwsError) -> Advice {
    match error.kind {
        AwsErrorKind::Denied => Advice::failed().hint(
            "deploy/iam/deployer.json has the permissions; `aws sts get-caller-identity` tells who you are",
        ),
        AwsErrorKind::Missing
        | AwsErrorKind::NoDistribution
        | AwsErrorKind::NoPolicy
        | AwsErrorKind::Refused
        | AwsErrorKind::Exists
        | AwsErrorKind::Changed => {
            Advice::failed().hint("run the command again: it begins with what is there")
        }
        AwsErrorKind::NoCredentials
        | AwsErrorKind::NoVersion
        | AwsErrorKind::Labelled
        | AwsErrorKind::Throttled
        | AwsErrorKind::Lost
        | AwsErrorKind::Internal => error.advice(),
    }
}
