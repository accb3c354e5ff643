use thiserror::Error;

use super::key_error::KeyError;
use crate::commands::registered::RegisteredError;
use crate::control::{ProjectError, TerminalError};
use crate::failure::{Advice, Failure};

/// A preview link or a key was not created.
#[derive(Debug, Error)]
pub(crate) enum PreviewError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Registered(#[from] RegisteredError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error("a link of {0} characters is too long for a QR code")]
    TooLongForQr(usize),
    #[error("no release is named")]
    NoRelease,
}

impl Failure for PreviewError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Registered(error) => error.advice(),
            Self::Key(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
            Self::TooLongForQr(_) => {
                Advice::failed().hint("use a shorter path, or leave `--qr` out")
            }
            Self::NoRelease => Advice::usage(),
        }
    }
}
