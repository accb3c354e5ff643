use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::failure::{Advice, Failure};

/// A file or a folder that cannot be read or written.
#[derive(Debug, Error)]
pub enum FileError {
    #[error("read `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("write `{}`", path.display())]
    Write { path: PathBuf, source: io::Error },
}

impl FileError {
    pub(crate) fn reading(path: &Path) -> impl Fn(io::Error) -> Self {
        |source| Self::Read { path: path.into(), source }
    }

    pub(crate) fn writing(path: &Path) -> impl Fn(io::Error) -> Self {
        |source| Self::Write { path: path.into(), source }
    }
}

impl Failure for FileError {
    fn advice(&self) -> Advice {
        match self {
            Self::Read { .. } => {
                Advice::failed().hint("check that it exists and that you may read it")
            }
            Self::Write { .. } => {
                Advice::failed().hint("check that its folder exists and that you may write to it")
            }
        }
    }
}
