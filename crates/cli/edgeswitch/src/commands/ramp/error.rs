use std::io;
use std::path::PathBuf;

use plan_change::Moment;
use routing_core::ReleaseId;
use thiserror::Error;

use crate::aws::AwsError;
use crate::commands::follow_up::FollowError;
use crate::commands::followers::FollowersError;
use crate::commands::index::IndexError;
use crate::control::{ProjectError, ReadPlanError, TerminalError, WritePlanError};
use crate::failure::{Advice, Failure};
use crate::gate::GateError;
use crate::hooks::{HookError, rollback_by_hand};

/// The ramp was not written, or did not reach its last step.
#[derive(Debug, Error)]
pub(crate) enum RampError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Follow(#[from] FollowError),
    #[error(transparent)]
    Followers(#[from] FollowersError),
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Write(#[from] WritePlanError),
    #[error(transparent)]
    Hook(#[from] HookError),
    #[error("hook `after-step` may take {allowed} s, and a step lasts {step} s")]
    HookOutlasts { allowed: u64, step: u64 },
    #[error(transparent)]
    Gate(#[from] GateError),
    #[error("`--logs` and the other options of the comparison need `--gate`")]
    NoGate,
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error("`--steps` with `--every`, or `--preset`, is missing")]
    NoSchedule,
    #[error("listen for Ctrl-C")]
    Signals(#[source] io::Error),
    /// `--resume` found no ramp to take over.
    #[error("no ramp is under way")]
    None,
    #[error("the ramp of `{release}` was ended: {by}")]
    Ended { release: String, by: String },
    /// The lease was not renewed in time.
    #[error("the lease ended at {at}, and traffic went back")]
    Lapsed { at: Moment, has_followers: bool },
    /// An alarm was on before the ramp started.
    #[error("alarm `{name}` is already on: {reason}; nothing was written")]
    AlarmBefore { name: String, reason: String },
    #[error("rolled back: {0}")]
    RolledBack(String),
    /// The plan was rolled back, but not every follower.
    #[error("rolled back: {why}; {left}")]
    FollowersLeft { why: String, left: Box<FollowersError> },
    #[error("{why}, and the rollback failed: {problem}")]
    RollbackFailed { why: String, problem: String, to: Option<ReleaseId> },
    /// The user stopped this command and left the ramp to the lease. `followers` are the words about followers; empty
    /// without any.
    #[error("stopped: when the lease ends at {until}, everybody gets `{release}`{followers}")]
    Stopped { release: String, until: Moment, followers: &'static str },
    /// The guard would not know when the ramp ends.
    #[error("`--guarded` needs `--then` if the last step is below 100 %")]
    OpenEnd,
    /// The guard runs every minute, and runs may be missed.
    #[error("a lease of {seconds} s is too short for the guard: at least {least} s are allowed")]
    ShortForGuard { seconds: u64, least: u64 },
    /// The guard runs elsewhere.
    #[error("the guard cannot read `{}`: it reads logs of a bucket", .0.display())]
    LogsHere(PathBuf),
    /// The guard runs every minute, and holds a step before edge locations know that it begins.
    #[error(
        "steps of {seconds} s are too short for a guard that asks the gate: at least {least} s are allowed"
    )]
    ShortSteps { seconds: u64, least: u64 },
    #[error("the guard of this plan does not know the gate; nothing was written")]
    GuardOld,
    #[error("no guard has run for this plan; nothing was written")]
    NoGuard,
    #[error("the guard ran at {0}, and not since then; nothing was written")]
    GuardGone(Moment),
    #[error("whether a guard runs cannot be read: {0}")]
    GuardUnreadable(AwsError),
    /// The alarms could not be read before the ramp started.
    #[error("the alarms cannot be read: {0}")]
    AlarmsUnreadable(AwsError),
}

impl Failure for RampError {
    fn advice(&self) -> Advice {
        let failed = Advice::failed();
        match self {
            Self::Project(error) => error.advice(),
            Self::Index(error) => error.advice(),
            Self::Follow(error) => error.advice(),
            Self::Followers(error) => error.advice(),
            Self::Read(error) => error.advice(),
            Self::Write(error) => error.advice(),
            Self::Hook(error) => error.advice(),
            Self::HookOutlasts { .. } => Advice::usage()
                .hint("use a longer `--every`, or a shorter `timeout_seconds` of the hook"),
            Self::Gate(error) => error.advice(),
            Self::NoGate => Advice::usage(),
            Self::Terminal(error) => error.advice(),
            Self::NoSchedule => {
                Advice::usage().hint("for example `--steps 1,10,50,100 --every 10m`")
            }
            Self::Signals(_) => failed,
            Self::None => {
                failed.hint("`edgeswitch ramp <id> --steps 1,10,50,100 --every 10m` starts one")
            }
            Self::Ended { .. } => {
                failed.hint("`edgeswitch history` shows the changes and their authors")
            }
            Self::Lapsed { has_followers: false, .. } => {
                failed.hint("settle the plan with `edgeswitch rollback`, then start again")
            }
            Self::Lapsed { has_followers: true, .. } => failed.hint(
                "settle the plan and the followers with `edgeswitch rollback`, then start again",
            ),
            Self::AlarmBefore { .. } => {
                failed.hint("wait until the alarm is off: it would stop the ramp immediately")
            }
            Self::RolledBack(_) => failed.hint("`edgeswitch preview <id>` still shows the release"),
            Self::FollowersLeft { left, .. } => left.advice(),
            Self::RollbackFailed { to, .. } => failed.hint(format!(
                "run `{}`; otherwise traffic goes back when the lease ends, if the plan has one",
                rollback_by_hand(to.as_ref())
            )),
            Self::Stopped { .. } => {
                failed.hint("`edgeswitch ramp --resume` takes over before that")
            }
            Self::OpenEnd => Advice::usage().hint(
                "`--then promote` gives the release all traffic, `--then detach` keeps its share",
            ),
            Self::ShortForGuard { least, .. } => {
                Advice::usage().hint(format!("use `--lease {least}s` or longer"))
            }
            Self::LogsHere(_) => Advice::usage().hint(
                "name the bucket, `--logs s3://BUCKET/PREFIX`; without `--guarded` this command holds the ramp and reads them",
            ),
            Self::ShortSteps { least, .. } => {
                Advice::usage().hint(format!("use `--every {least}s` or longer"))
            }
            Self::GuardOld => failed.hint(
                "deploy its newest package, see docs/guard.md; without `--guarded` this command holds the ramp",
            ),
            Self::NoGuard => failed.hint(
                "docs/guard.md shows how to deploy it; without `--guarded` this command holds the ramp",
            ),
            Self::GuardGone(_) => failed.hint(
                "look at its log; without `--guarded` this command holds the ramp",
            ),
            Self::GuardUnreadable(error) | Self::AlarmsUnreadable(error) => error.advice(),
        }
    }
}
