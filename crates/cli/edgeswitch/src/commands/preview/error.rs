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
    /// The edge would refuse the link.
    #[error("a link can be valid for at most {days} days")]
    TooLong { days: u64 },
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
            Self::TooLong { .. } => Advice::usage().hint(
                "use a shorter `--ttl`, or set `max_days` in [override] and deploy new packages first",
            ),
            Self::NoRelease => Advice::usage().hint("name one: `edgeswitch preview <id>`"),
        }
    }
}
