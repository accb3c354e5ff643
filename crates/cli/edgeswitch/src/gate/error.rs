use release_trial::NoTrial;
use release_verdict::SettingsError;
use thiserror::Error;

use crate::aws::AwsError;
use crate::failure::{Advice, Failure};
use crate::logs::{Limit, LogsError};

/// The gate could not be asked.
#[derive(Debug, Error)]
pub(crate) enum GateError {
    #[error("no logs: neither `--logs` nor `logs` in [gate] names any")]
    NoLogs,
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Trial(#[from] NoTrial),
    #[error(transparent)]
    History(#[from] AwsError),
    #[error(transparent)]
    Logs(#[from] LogsError),
    /// The function is too small for them.
    #[error("{0}")]
    TooMuch(Limit),
    #[error("the logs were not read to their end: {0}")]
    Stopped(String),
}

impl Failure for GateError {
    fn advice(&self) -> Advice {
        match self {
            Self::NoLogs => Advice::usage().hint("for example `--logs logs/`: see docs/gate.md"),
            Self::Settings(_) => Advice::usage(),
            Self::Trial(NoTrial::NoShare(_)) => Advice::failed()
                .hint("`edgeswitch canary` or `edgeswitch ramp` gives it a share; `edgeswitch history` lists the plans"),
            Self::Trial(NoTrial::AlwaysActive(_)) => {
                Advice::failed().hint("name the release that is on trial beside it")
            }
            Self::History(error) => error.advice(),
            Self::Logs(error) => error.advice(),
            Self::TooMuch(_) => Advice::failed().hint(
                "hold the ramp with `edgeswitch ramp --resume` at a terminal, or give the guard more `Memory`: docs/guard.md",
            ),
            Self::Stopped(_) => Advice::failed(),
        }
    }
}
