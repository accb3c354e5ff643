use followers::Problem;
use plan_change::ChangeRefusal;
use routing_core::PlanError;
use thiserror::Error;

use crate::aws::AwsError;
use crate::control::console::{AskError, TerminalError};
use crate::control::{NearLabel, Partial, ReadPlanError};
use crate::failure::{Advice, Failure};
use crate::following::repair;

/// A change was not written, or it is not certain that it was.
#[derive(Debug, Error)]
pub(crate) enum WritePlanError {
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Refused(#[from] ChangeRefusal),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// The functions at the edge would reject the plan.
    #[error("the package does not allow this plan: {0}")]
    NotAllowed(PlanError),
    #[error("follower `{name}` cannot have these shares: {problem}; nothing was written")]
    Follower { name: String, problem: Problem },
    /// The plan was changed while the question was open.
    #[error("{0} while the question was open; nothing was written")]
    ChangedMeanwhile(String),
    #[error("{by}, at the same time; nothing was written")]
    Overtaken { by: String },
    /// This write replaced a version that somebody else wrote at the same time.
    #[error("{lost}, at the same time, and this command has replaced it")]
    Overwrote { lost: String, version: u64 },
    /// This write replaced somebody else's version, and that version was put back.
    #[error(
        "{by}, at the same time, and that version stands: nothing of this change is in the plan"
    )]
    PutBack { by: String },
    /// More than two wrote at the same time, and one of the later versions may have this change.
    #[error("{by}, at the same time: it is not certain whether this change is in the plan")]
    Unclear { by: String },
    /// Somebody else replaced this write.
    #[error("this change was written and replaced: {by}, at the same time")]
    Overwritten { by: String },
    /// The answer to the write was lost.
    #[error("it is not certain whether the plan was written: {0}")]
    Unconfirmed(AwsError),
    /// AWS confirmed the write, and a later read does not show it.
    #[error("AWS confirmed the write, but `{0}` does not show it")]
    Vanished(String),
    #[error("not every Region has the new plan: {0}")]
    Partial(Partial),
    /// This machine's clock differs from AWS's.
    #[error(
        "this machine's clock is {seconds} s {direction} AWS's: at most 3 s are allowed for a schedule"
    )]
    Skew {
        seconds: u64,
        /// `behind` or `ahead of`.
        direction: &'static str,
    },
    /// A label will block writes before a ramp ends.
    #[error("a ramp may need more versions than AWS takes: {0}")]
    NoRoomForRamp(NearLabel),
    /// A label will block writes soon.
    #[error("the last versions before a label are kept for rollbacks: {0}")]
    KeptForRollback(NearLabel),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl WritePlanError {
    /// Whether the change may be in the plan of some Region.
    pub(crate) fn may_be_written(&self) -> bool {
        match self {
            Self::Overwrote { .. }
            | Self::Unclear { .. }
            | Self::Unconfirmed(_)
            | Self::Vanished(_)
            | Self::Partial(_)
            | Self::Terminal(_) => true,
            Self::Read(_)
            | Self::Refused(_)
            | Self::Ask(_)
            | Self::Aws(_)
            | Self::NotAllowed(_)
            | Self::Follower { .. }
            | Self::ChangedMeanwhile(_)
            | Self::Overtaken { .. }
            | Self::PutBack { .. }
            | Self::Overwritten { .. }
            | Self::Skew { .. }
            | Self::NoRoomForRamp(_)
            | Self::KeptForRollback(_) => false,
        }
    }
}

impl Failure for WritePlanError {
    fn advice(&self) -> Advice {
        let failed = Advice::failed();
        match self {
            Self::Read(error) => error.advice(),
            Self::Refused(refusal) => refusal.advice(),
            Self::Ask(error) => error.advice(),
            Self::Aws(error) => error.advice(),
            Self::NotAllowed(_) => failed.hint(
                "add the domain or the prefix to [allow] in `edgeswitch.toml`, and deploy new packages first",
            ),
            Self::Follower { problem, .. } => failed.hint(repair(problem)),
            Self::Overtaken { .. } | Self::PutBack { .. } | Self::ChangedMeanwhile(_) => failed
                .hint("look at the plan in force with `edgeswitch status`, then repeat the command"),
            Self::Overwrote { version, .. } => failed.hint(format!(
                "`edgeswitch diff {version} {}` shows the lost change: agree with its author, then make it again",
                version + 1
            )),
            Self::Overwritten { .. } => {
                failed.hint("`edgeswitch history` shows both changes: if yours is gone, agree with the other author, then repeat the command")
            }
            Self::Unclear { .. } => failed.hint(
                "`edgeswitch history` shows all the changes, `edgeswitch status` the plan: repeat the command if this change is missing",
            ),
            Self::Unconfirmed(_) | Self::Vanished(_) => {
                failed.hint("`edgeswitch status` shows whether it was; you can repeat the command")
            }
            Self::Partial(_) => failed.hint(
                "repeat the command when the Region answers, or give every Region the home Region's plan: `edgeswitch sync`",
            ),
            Self::Skew { .. } => {
                failed.hint("set the clock; `promote --now` and `rollback` do not depend on it")
            }
            Self::NoRoomForRamp(_) | Self::KeptForRollback(_) => {
                failed.hint("move the label, then repeat the command; `edgeswitch rollback` is never refused")
            }
            Self::Terminal(error) => error.advice(),
        }
    }
}
