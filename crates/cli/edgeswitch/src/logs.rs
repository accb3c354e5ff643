//! Access logs: where they are, and how their rows are read.

mod cookies;
mod files;
mod read;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::failure::{Advice, Failure};
use crate::files::FileError;

pub(crate) use cookies::have_cookies;
pub(crate) use files::{Log, logs};
pub(crate) use read::{Found, Sink, read};

/// No log can be read.
#[derive(Debug, Error)]
pub(crate) enum LogsError {
    #[error("there is no log in `{}`", .0.display())]
    None(PathBuf),
    #[error("standard input")]
    StandardInput(#[source] io::Error),
    #[error(transparent)]
    File(#[from] FileError),
}

impl Failure for LogsError {
    fn advice(&self) -> Advice {
        match self {
            Self::None(_) => Advice::failed()
                .hint("copy them there first: `aws s3 sync s3://BUCKET/PREFIX FOLDER`, see docs/observe.md"),
            Self::StandardInput(_) => Advice::failed(),
            Self::File(error) => error.advice(),
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
