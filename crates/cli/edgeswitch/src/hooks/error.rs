use std::io;

use plan_change::Moment;
use routing_core::ReleaseId;
use thiserror::Error;

use crate::commands::FollowersError;
use crate::control::{ReadPlanError, TerminalError};
use crate::failure::{Advice, Failure};
use crate::hooks::{HookFailure, HookPoint};
use crate::signals::Interrupt;

/// The end of a ramp's lease, and the release that everybody gets then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lapse {
    release: String,
    until: Moment,
}

impl Lapse {
    pub(crate) fn of((release, until): (&str, Moment)) -> Self {
        Self { release: release.to_owned(), until }
    }
}

/// A hook failed or ran too long.
#[derive(Debug, Error)]
pub(crate) enum HookError {
    #[error("{0}; nothing was written")]
    Before(HookFailure),
    /// In a ramp, the traffic stays only until its lease ends.
    #[error("{failure}; the traffic stays as it is")]
    Stopped { failure: HookFailure, lapse: Option<Lapse> },
    /// A signal came while the hook ran. The hook has ended, with everything that it had started.
    #[error("hook `{point}` was ended by {}; {}", signal(*by), standing(*point))]
    Interrupted { point: HookPoint, by: Interrupt },
    #[error("listen for Ctrl-C")]
    Signals(#[source] io::Error),
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
            Self::Stopped { lapse: Some(Lapse { release, until }), .. } => failed.hint(format!(
                "when the lease ends at {until}, everybody gets `{release}`: `edgeswitch ramp --resume` takes over before that, `edgeswitch ramp resume` goes on, `edgeswitch rollback` takes it back"
            )),
            Self::Stopped { lapse: None, .. } => failed.hint(
                "go on with `edgeswitch promote` or `edgeswitch ramp resume`, or take it back: `edgeswitch rollback`",
            ),
            Self::Interrupted { point, .. } => match point {
                HookPoint::BeforeTraffic => failed.hint("repeat the command"),
                HookPoint::AfterStep | HookPoint::AfterTraffic => {
                    failed.hint("check the release by hand, or take it back: `edgeswitch rollback`")
                }
                HookPoint::OnRollback => failed.hint("do by hand what the hook should have done"),
            },
            Self::Signals(_) => failed,
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

fn signal(by: Interrupt) -> &'static str {
    match by {
        Interrupt::Person => "Ctrl-C",
        Interrupt::System => "a signal",
    }
}

/// What the plan is when a hook ends early.
fn standing(point: HookPoint) -> &'static str {
    match point {
        HookPoint::BeforeTraffic => "nothing was written",
        HookPoint::AfterStep | HookPoint::AfterTraffic => "the traffic stays as it is",
        HookPoint::OnRollback => "the rollback is in force",
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
