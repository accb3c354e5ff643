//! Access logs: where they are, and how their rows are read.

mod cookies;
mod files;
mod limits;
mod listing;
mod plans;
mod read;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::aws::{AwsError, AwsErrorKind};
use crate::control::TerminalError;
use crate::failure::{Advice, Failure};
use crate::files::FileError;

pub(crate) use cookies::have_cookies;
pub(crate) use files::{Listed, Log, are_in_a_bucket, find, find_and_show, list};
pub(crate) use limits::Limit;
pub use limits::ReadLimits;
pub(crate) use listing::objects;
pub(crate) use plans::{plans_of_parameter, plans_of_texts};
pub(crate) use read::{Found, Sink, read};

/// No log can be read.
#[derive(Debug, Error)]
pub(crate) enum LogsError {
    #[error("there is no log in `{}`", .0.display())]
    None(PathBuf),
    #[error("standard input")]
    StandardInput(#[source] io::Error),
    #[error("`s3://` has no name of a bucket after it")]
    NoBucket,
    #[error("there is no log in `{0}`")]
    NoObjects(String),
    /// The bucket does not answer, or does not allow it.
    #[error("{problem}")]
    Bucket { right: &'static str, resource: String, problem: AwsError },
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for LogsError {
    fn advice(&self) -> Advice {
        match self {
            Self::None(_) => Advice::failed()
                .hint("copy them there first: `aws s3 sync s3://BUCKET/PREFIX FOLDER`, see docs/observe.md"),
            Self::StandardInput(_) => Advice::failed(),
            Self::NoBucket => Advice::usage().hint("for example `s3://shop-access-logs/cdn/`"),
            Self::NoObjects(_) => Advice::failed().hint(
                "check the prefix and `--since`; CloudFront delivers the first logs some hours after they were turned on",
            ),
            Self::Bucket { right, resource, problem } if problem.kind == AwsErrorKind::Denied => {
                Advice::failed().hint(format!(
                    "it needs the right `{right}` on `{resource}`: deploy/iam/observe.json has it, and `LogsBucket` of guard.yaml gives it to the guard"
                ))
            }
            Self::Bucket { problem, .. } => problem.advice(),
            Self::File(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// What is read, for the console.
pub(crate) fn reading(logs: &[Log]) -> String {
    match logs {
        [one] => format!("reading {one}"),
        more => format!("reading {} logs", more.len()),
    }
}
