use routing_core::ReleaseId;
use thiserror::Error;

use crate::commands::FollowersError;
use crate::control::{ReadPlanError, TerminalError};
use crate::failure::{Advice, Failure};
use crate::hooks::HookFailure;

/// A hook failed or ran too long.
#[derive(Debug, Error)]
pub(crate) enum HookError {
    #[error("{0}; nothing was written")]
    Before(HookFailure),
    #[error("{0}; the traffic stays as it is")]
    Stopped(HookFailure),
    /// Somebody else has changed the traffic while the hook ran.
    #[error("{0}; another change of the traffic came in between, so nothing is taken back")]
    Overtaken(HookFailure),
    #[error("rolled back: {0}")]
    RolledBack(HookFailure),
    #[error("{failure}, and the rollback failed: {problem}")]
    RollbackFailed { failure: HookFailure, problem: String, to: Option<ReleaseId> },
    /// The plan was rolled back, but not every follower.
    #[error("rolled back: {failure}; {left}")]
    FollowersLeft { failure: HookFailure, left: Box<FollowersError> },
    /// The plan was rolled back, but its own hook failed.
    #[error("rolled back: {failure}; {left}")]
    HookLeft { failure: HookFailure, left: Box<HookError> },
    #[error("the rollback is in force, but {0}")]
    AfterRollback(HookFailure),
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for HookError {
    fn advice(&self) -> Advice {
        let failed = Advice::failed();
        match self {
            Self::Before(_) => failed.hint("repair the release, or the hook, and repeat the command"),
            Self::Stopped(_) => failed.hint(
                "go on with `edgeswitch promote` or `edgeswitch ramp resume`, or take it back: `edgeswitch rollback`",
            ),
            Self::Overtaken(_) => failed
                .hint("`edgeswitch history` shows the changes: `edgeswitch rollback` undoes the last one"),
            Self::RolledBack(_) => failed.hint("`edgeswitch preview <id>` still shows the release"),
            Self::RollbackFailed { to, .. } => {
                failed.hint(format!("run `{}`", rollback_by_hand(to.as_ref())))
            }
            Self::FollowersLeft { left, .. } => left.advice(),
            Self::HookLeft { left, .. } => left.advice(),
            Self::AfterRollback(_) => failed.hint("do by hand what the hook should have done"),
            Self::Read(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// The command for a rollback that edgeswitch could not make. It names the release: without the name, it could go to an
/// even older one.
pub(crate) fn rollback_by_hand(to: Option<&ReleaseId>) -> String {
    match to {
        Some(to) => format!("edgeswitch rollback {to} -y"),
        None => "edgeswitch rollback -y".into(),
    }
}
