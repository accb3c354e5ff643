use std::path::PathBuf;

use observation_sql::{AnswerError, LONGEST, LayoutError};
use thiserror::Error;

use crate::aws::{AwsError, AwsErrorKind};
use crate::control::{AskError, TerminalError, WaitError};
use crate::failure::{Advice, Failure};

const LOCAL: &str = "without `--engine athena`, this program reads the logs itself";
const RIGHTS: &str = "deploy/iam/observe-athena.json has the rights that Athena needs";

/// Athena counted nothing.
#[derive(Debug, Error)]
pub(crate) enum AthenaError {
    #[error("`{}` is not in a bucket, where Athena reads logs", .0.display())]
    NoBucket(PathBuf),
    #[error("Athena cannot make decisions again")]
    NoReplay,
    #[error("Athena cannot count by stage")]
    NoStages,
    #[error("Athena cannot count viewers for the charts of a report")]
    NoReport,
    #[error("there is no log")]
    Empty,
    #[error("Athena cannot read logs like `{log}`: {problem}")]
    Unread { log: String, problem: String },
    #[error("Athena cannot read these logs in one query: {0}")]
    Layout(LayoutError),
    #[error("the query has {0} bytes: Athena takes at most {LONGEST}")]
    TooLong(usize),
    #[error("{0}")]
    Aws(AwsError),
    /// In Athena's words.
    #[error("the query failed: {0}")]
    Failed(String),
    #[error(transparent)]
    Answer(AnswerError),
    #[error(
        "{0} headers in the logs list other fields than the newest log: Athena cannot tell their columns"
    )]
    OtherFields(u64),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for AthenaError {
    fn advice(&self) -> Advice {
        match self {
            Self::NoBucket(_) => Advice::usage().hint(LOCAL),
            Self::NoReplay => Advice::usage().hint(format!(
                "leave `--replay`, `--plans` and `--local` out; {LOCAL}, also with the plans of that time"
            )),
            Self::NoStages => Advice::usage().hint(format!("`--by minute` works; {LOCAL}")),
            Self::NoReport => Advice::usage().hint(format!("leave `--report` out; {LOCAL}")),
            Self::Empty | Self::Unread { .. } | Self::TooLong(_) => Advice::failed().hint(LOCAL),
            Self::Layout(_) => Advice::failed().hint("name a longer prefix, or a shorter `--since`"),
            Self::Aws(error) => of_call(error),
            Self::Failed(reason) => of_reason(reason),
            Self::Answer(_) => Advice::failed(),
            Self::OtherFields(_) => Advice::failed()
                .hint(format!("a shorter `--since` may leave these logs out; {LOCAL}")),
            Self::Ask(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

fn of_call(error: &AwsError) -> Advice {
    let failed = Advice::failed();
    if is_about(&error.reason, &["output location", "outputlocation"]) {
        return failed.hint(
            "`--athena-output s3://BUCKET/PREFIX/`, or `athena_output` of `[observe]`, names a place for answers",
        );
    }
    if is_about(&error.reason, &["workgroup"]) && error.kind == AwsErrorKind::Refused {
        return failed.hint(
            "`aws athena list-work-groups` lists the workgroups of the Region; `--athena-workgroup` names another one",
        );
    }
    if error.kind == AwsErrorKind::Denied {
        return failed.hint(RIGHTS);
    }
    error.advice()
}

fn of_reason(reason: &str) -> Advice {
    let failed = Advice::failed();
    if is_about(
        reason,
        &["access denied", "accessdenied", "insufficient permission", "not authorized"],
    ) {
        return failed.hint(RIGHTS);
    }
    if is_about(reason, &["schema", "database"])
        && is_about(reason, &["does not exist", "not found"])
    {
        return failed.hint(
            "`aws glue create-database --database-input Name=default` makes it; `--athena-database` names another one",
        );
    }
    if is_about(reason, &["bytes scanned limit", "exhausted resources", "timeout"]) {
        return failed.hint("a shorter `--since` makes the query smaller");
    }
    failed
}

fn is_about(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}

impl From<AwsError> for AthenaError {
    fn from(error: AwsError) -> Self {
        Self::Aws(error)
    }
}

impl From<WaitError> for AthenaError {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::Aws(error) => Self::Aws(error),
            WaitError::Terminal(error) => Self::Terminal(error),
        }
    }
}
