use followers::Problem;
use thiserror::Error;

use crate::aws::{AwsError, AwsErrorKind};
use crate::control::ReadPlanError;
use crate::failure::{Advice, Failure};

/// A follower cannot be compared with the plan, or cannot get its shares.
#[derive(Debug, Error)]
pub(crate) enum FollowerError {
    #[error("follower `{name}`: {problem}")]
    Problem { name: String, problem: Problem },
    #[error("follower `{name}`: {error}")]
    Aws { name: String, error: AwsError },
    #[error("follower `{name}`: its plan cannot be read: {error}")]
    Read { name: String, error: Box<ReadPlanError> },
    /// The command has written or seen a later version.
    #[error(
        "follower `{name}`: Parameter Store still answers with version {read} of the plan instead of {since}"
    )]
    OldPlan { name: String, read: u64, since: u64 },
    /// Others write it, or a write has no effect.
    #[error("follower `{name}`: it still differs from the plan after {rounds} writes")]
    Restless { name: String, rounds: u32 },
}

impl FollowerError {
    pub(super) fn problem(name: &str) -> impl Fn(Problem) -> Self + '_ {
        move |problem| Self::Problem { name: name.into(), problem }
    }

    pub(crate) fn aws(name: &str) -> impl Fn(AwsError) -> Self + '_ {
        move |error| Self::Aws { name: name.into(), error }
    }

    pub(super) fn read(name: &str) -> impl Fn(ReadPlanError) -> Self + '_ {
        move |error| Self::Read { name: name.into(), error: Box::new(error) }
    }

    /// Whether a retry may succeed.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Aws { error, .. } => error.kind.is_passing(),
            Self::OldPlan { .. } => true,
            Self::Problem { .. } | Self::Read { .. } | Self::Restless { .. } => false,
        }
    }
}

impl Failure for FollowerError {
    fn advice(&self) -> Advice {
        match self {
            Self::Problem { problem, .. } => Advice::failed().hint(repair(problem)),
            Self::Aws { error, .. } if error.kind == AwsErrorKind::Missing => Advice::failed()
                .hint("check the follower in edgeswitch.toml: its ARN or hosted zone, and whose account it is in"),
            Self::Aws { error, .. } => error.advice(),
            Self::Read { error, .. } => error.advice(),
            Self::OldPlan { .. } => {
                Advice::failed().hint("`edgeswitch follow` moves it in a moment")
            }
            Self::Restless { .. } => Advice::failed()
                .hint("look for another program that writes it, then repeat the command"),
        }
    }
}

/// The next step after a problem.
pub(crate) fn repair(problem: &Problem) -> &'static str {
    match problem {
        Problem::NoSlot { .. } => "`edgeswitch release add ID --slot SLOT` gives a release a slot",
        Problem::NoTarget { .. } => "add the slot to the follower in edgeswitch.toml",
        Problem::TooSmall { .. } => "choose a larger share",
        Problem::ForeignGroup { .. } | Problem::TooManyGroups { .. } => {
            "`aws elbv2 describe-rules` shows the target groups of the action"
        }
        Problem::NoRecord { .. }
        | Problem::NotWeighted { .. }
        | Problem::ForeignRecord { .. }
        | Problem::MixedTtls { .. }
        | Problem::AliasTtl { .. } => {
            "`aws route53 list-resource-record-sets` shows the records of the hosted zone"
        }
    }
}
