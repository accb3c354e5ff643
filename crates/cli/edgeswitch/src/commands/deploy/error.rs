use thiserror::Error;

use super::names::NameError;
use super::template::TemplateError;
use super::written::Written;
use super::zips::ZipsError;
use crate::aws::{AwsError, AwsErrorKind, PackagesBucket};
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
    #[error("bucket `{bucket}` holds the packages of project `{owner}`, not of `{project}`")]
    BucketOfAnother { bucket: String, project: String, owner: String },
    #[error("bucket `{bucket}` exists, and no tag says that it is for project `{project}`")]
    BucketOfNobody { bucket: String, project: String },
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
    #[error("the template of stack `{stack}`")]
    Template { stack: String, source: TemplateError },
    #[error("an event of the test")]
    Event(#[source] serde_json::Error),
    /// The run ended after it had changed something.
    #[error("{}", after(error, written))]
    After { error: Box<Self>, written: String },
}

impl DeployError {
    /// Adds the changes that the run has made.
    pub(crate) fn after(self, written: &Written) -> Self {
        match written.words() {
            Some(written) => Self::After { error: Box::new(self), written },
            None => self,
        }
    }

    /// The error without the changes, for a run that has taken them back.
    pub(crate) fn cause(self) -> Self {
        if let Self::After { error, .. } = self { *error } else { self }
    }
}

fn after(error: &DeployError, written: &str) -> String {
    if let DeployError::Ask(AskError::Declined) = error {
        return format!("stopped; done before: {written}");
    }
    format!("{error}; done before: {written}")
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
            Self::BucketOfAnother { .. } => failed.hint(
                "choose another `name` in edgeswitch.toml, or name another bucket: `--bucket NAME`",
            ),
            Self::BucketOfNobody { bucket, project } => failed.hint(format!(
                "if an interrupted run made it, or if it may hold the packages: `{}`, which replaces all its tags: from then on `deploy` sets the bucket up, and `destroy` deletes it; otherwise name another bucket: `--bucket NAME`",
                PackagesBucket::claim(bucket, project)
            )),
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
            Self::Template { .. } => failed.hint(
                "give the stack the template of this program: see \"With AWS's command line alone\" in docs/deploy.md",
            ),
            Self::Event(_) => failed,
            Self::After { error, .. } => error.advice_after_changes(),
        }
    }
}

impl DeployError {
    /// An error that passes needs nothing but another run.
    fn advice_after_changes(&self) -> Advice {
        if let Self::Ask(AskError::Declined) = self {
            return Advice::failed().hint(
                "run the command again to go on, or delete what it made: `edgeswitch destroy`",
            );
        }
        if let Self::Aws(error) = self
            && error.kind.is_passing()
        {
            return Advice::failed().hint("run the command again: it goes on with what is there");
        }
        self.advice()
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
        AwsErrorKind::Lost => Advice::failed().hint(
            "check the network, and run the command again: it begins with what is there; AWS_ENDPOINT_URL names another endpoint",
        ),
        AwsErrorKind::Throttled | AwsErrorKind::Internal => {
            Advice::failed().hint("run the command again in a moment: it begins with what is there")
        }
        AwsErrorKind::NoCredentials | AwsErrorKind::NoVersion | AwsErrorKind::Labelled => {
            error.advice()
        }
    }
}
