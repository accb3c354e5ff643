use distribution_edit::NotAttached;
use thiserror::Error;

use crate::aws::AwsError;
use crate::commands::attachment::{NoDistribution, PartsError, RewriteError};
use crate::commands::doctor::DoctorError;
use crate::control::{ReadPlanError, TerminalError, WaitError};
use crate::failure::{Advice, Failure};
use crate::files::FileError;

/// The functions are not attached, or it is not certain that they are.
#[derive(Debug, Error)]
pub(crate) enum AttachError {
    #[error(transparent)]
    Distribution(#[from] NoDistribution),
    #[error(
        "`not_found` of [documents] needs the second attempt, so `--no-fallback-origin` cannot be used"
    )]
    NotFoundNeedsFallback,
    #[error(transparent)]
    Parts(#[from] PartsError),
    #[error("the functions cannot be attached for {}; nothing was written", reasons(.0))]
    Refused(NotAttached),
    /// The doctor finds errors in the configuration that would be written.
    #[error("the doctor finds errors in the new configuration: {}; nothing was written", quoted(.0))]
    Unsound(Vec<String>),
    #[error(transparent)]
    Doctor(#[from] DoctorError),
    #[error("the new configuration cannot be examined: {0}")]
    Unreadable(#[from] aws_json::XmlError),
    #[error(transparent)]
    Rewrite(#[from] RewriteError),
    #[error(
        "the functions were attached, and somebody has changed distribution `{0}` since: they are not all there any more"
    )]
    Overwritten(String),
    /// The functions are attached, and it cannot be read how far the change is.
    #[error(
        "the functions are attached to distribution `{id}`, but it is not known whether every edge location has them: {error}"
    )]
    Unfollowed { id: String, error: AwsError },
    #[error(transparent)]
    Plan(#[from] ReadPlanError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

fn reasons(refused: &NotAttached) -> String {
    match refused.refusals.len() {
        1 => "1 reason".into(),
        several => format!("{several} reasons"),
    }
}

fn quoted(ids: &[String]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

impl From<NotAttached> for AttachError {
    fn from(refused: NotAttached) -> Self {
        Self::Refused(refused)
    }
}

impl From<AwsError> for AttachError {
    fn from(error: AwsError) -> Self {
        Self::Rewrite(error.into())
    }
}

impl AttachError {
    /// The error of a wait that began when the functions were attached.
    pub(super) fn while_following(id: &str, error: WaitError) -> Self {
        match error {
            WaitError::Aws(error) => Self::Unfollowed { id: id.into(), error },
            WaitError::Terminal(error) => error.into(),
        }
    }
}

impl Failure for AttachError {
    fn advice(&self) -> Advice {
        match self {
            Self::Distribution(error) => error.advice(),
            Self::NotFoundNeedsFallback => Advice::usage().hint(
                "leave out `--no-fallback-origin`, or remove `not_found` from edgeswitch.toml",
            ),
            Self::Parts(error) => error.advice(),
            Self::Refused(_) => Advice::failed().hint("each reason has its way out"),
            Self::Unsound(ids) => Advice::failed().hint(format!(
                "repair them, or attach in spite of them with `--accept {}`",
                ids.join("` and `--accept ")
            )),
            Self::Doctor(error) => error.advice(),
            Self::Unreadable(_) => Advice::failed(),
            Self::Rewrite(error) => error.advice(),
            Self::Overwritten(_) => Advice::failed().hint(
                "find out which tool also changes the distribution, then run the command again",
            ),
            Self::Unfollowed { id, .. } => Advice::failed().hint(format!(
                "`edgeswitch attach {id}` goes on: it waits until every edge location has them"
            )),
            Self::Plan(error) => error.advice(),
            Self::File(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}
