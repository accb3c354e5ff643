use std::fmt;

use serde::Serialize;

use crate::change_refusal::unmet;
use crate::contracts::Misfit;
use crate::moment::Moment;
use crate::share::Share;

/// One consequence of a change, as a value and as a sentence:
/// `10 % of new viewers will get 9f2c1e7 from 10:00:50 UTC on`.
///
/// As JSON it is an object with the tag `effect` and the values: moments in RFC 3339, shares in percent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "effect", rename_all = "kebab-case")]
pub enum Effect {
    /// A release gets all viewers.
    GivesEverybody {
        release: String,
        #[serde(flatten)]
        begins: Begins,
    },
    /// A release gets a share of the viewers.
    GivesShare {
        release: String,
        #[serde(rename = "percent")]
        share: Share,
        #[serde(flatten)]
        begins: Begins,
    },
    /// A rollback goes to a release that had all traffic before.
    HadEverybody {
        release: String,
        /// The beginning; `None` if the plan does not show it any more.
        #[serde(skip_serializing_if = "Option::is_none")]
        since: Option<Moment>,
        /// The end; without a beginning, the time when it lost its last traffic.
        until: Moment,
    },
    /// A part of the viewers of one release moves to another.
    MovesViewers {
        from: String,
        to: String,
        /// The part of the viewers of `from` that moves.
        percent: f64,
    },
    /// No viewer that got the release in this rollout loses it. A viewer with a cookie of an older
    /// rollout, or without cookies, is drawn again.
    KeepsViewers { release: String },
    /// Pages of this release that are open keep it.
    KeepsOpenPages { release: String },
    /// The responses of this release in CloudFront's cache stay valid.
    KeepsCache { release: String },
    /// The release loses its traffic but stays registered, so that a preview link can show it.
    StaysRegistered { release: String },
    /// A rollback without a release id goes back to this release, before the change begins and after.
    RollsBackTo { release: String },
    /// A scheduled stage does not begin.
    CancelsStage { at: Moment },
    /// A scheduled stage begins too soon to be stopped.
    StageStillBegins { at: Moment },
    /// A stage that was paused is scheduled again.
    ResumesStage { at: Moment },
    /// This many steps of a ramp wait until it is resumed.
    HoldsSteps { steps: usize },
    /// If nobody renews the lease, all viewers get this release.
    SetsLease { release: String, until: Moment },
    /// The guard renews the lease and ends the ramp, so no command has to run.
    GuardHolds,
    /// The lease is gone: the stages apply without an end.
    EndsLease,
    /// The release is registered, without traffic.
    Registers { release: String },
    /// The new release is in the slot of a release that has traffic.
    SharesSlot { slot: String, release: String },
    /// The release is never served again.
    Withdraws { release: String },
    /// The release is removed from the plan.
    Removes { release: String },
    /// The releases are removed, because no viewer can have them any more.
    Prunes { releases: Vec<String> },
    /// The release is removed because the plan needs its room.
    MakesRoom { release: String },
    /// Releases are decided on a cache miss, so the cached documents must be invalidated once every edge
    /// location has the plan.
    NeedsInvalidation { at: Moment },
    /// A state gets another version.
    SetsState {
        name: String,
        version: u64,
        /// The version before; `None` if the plan had none.
        before: Option<u64>,
    },
    /// A state is removed from the plan.
    UnsetsState { name: String },
    /// The releases could not run on the state before, and can now.
    RunOnState { releases: Vec<String> },
    /// A rollback without a name would go to this release, which cannot run on the new state.
    CutsWayBack { release: String },
    /// A rollback could go to these releases, and cannot any more.
    EndsRollbacks { releases: Vec<String> },
    /// The releases cannot run on the new state. They have no traffic.
    RunNoMore { releases: Vec<String> },
    /// The needs of a registered release are replaced.
    SetsNeeds { release: String },
    /// The release is registered, and cannot get traffic before the state changes.
    CannotRunYet { release: String, misfits: Vec<Misfit> },
    /// The release gets more viewers although it cannot run on the state of the plan: it has viewers already.
    OutsideItsRanges { release: String, misfits: Vec<Misfit> },
}

/// When a stage begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Begins {
    /// At each edge location as soon as it has read the plan; the last one reads it within this time.
    WithinSeconds(u64),
    /// At every edge location in the same second.
    At(Moment),
}

impl fmt::Display for Begins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WithinSeconds(seconds) => {
                write!(f, "at once; every edge location follows within {seconds} s")
            }
            Self::At(at) => write!(f, "from {at} on"),
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GivesEverybody { release, begins } => {
                write!(f, "everybody will get {release} {begins}")
            }
            Self::GivesShare { release, share, begins } => {
                write!(f, "{share} of new viewers will get {release} {begins}")
            }
            Self::HadEverybody { release, since: Some(since), until } => {
                write!(f, "{release} had all traffic from {since} to {until}")
            }
            Self::HadEverybody { release, since: None, until } => {
                write!(f, "{release} had all traffic before, and its last traffic until {until}")
            }
            Self::MovesViewers { from, to, percent } => {
                write!(f, "{} % of the viewers of {from} ", rounded(*percent))?;
                write!(f, "will move to {to} at their next page load")
            }
            Self::KeepsViewers { release } => {
                write!(f, "viewers who got {release} in this rollout keep it, if they keep cookies")
            }
            Self::KeepsOpenPages { release } => {
                write!(f, "viewers who have {release} keep it until their next page load")
            }
            Self::KeepsCache { release } => {
                write!(
                    f,
                    "the cached assets of {release} stay valid: nothing needs an invalidation"
                )
            }
            Self::StaysRegistered { release } => {
                write!(f, "{release} stays registered: a preview link still shows it")
            }
            Self::RollsBackTo { release } => write!(f, "a rollback goes back to {release}"),
            Self::CancelsStage { at } => write!(f, "the stage scheduled for {at} is cancelled"),
            Self::StageStillBegins { at } => {
                write!(
                    f,
                    "the stage of {at} begins still: it is too near to be held back everywhere"
                )
            }
            Self::ResumesStage { at } => write!(f, "the next stage begins at {at}"),
            Self::GuardHolds => {
                f.write_str("the guard holds the ramp: no command has to run until it ends")
            }
            Self::HoldsSteps { steps: 1 } => f.write_str("1 step waits until the ramp is resumed"),
            Self::HoldsSteps { steps } => write!(f, "{steps} steps wait until the ramp is resumed"),
            Self::SetsLease { release, until } => {
                write!(f, "unless the lease is renewed, everybody gets {release} from {until} on")
            }
            Self::EndsLease => f.write_str("the lease will be removed: the stages stay in force"),
            Self::Registers { release } => {
                write!(f, "{release} is registered without traffic: a preview link shows it")
            }
            Self::SharesSlot { slot, release } => {
                write!(
                    f,
                    "{slot} also serves {release}, which has traffic: they share its back ends"
                )
            }
            Self::Withdraws { release } => {
                write!(f, "{release} is never served again: open pages of it get another release")
            }
            Self::Removes { release } => write!(f, "{release} will be removed from the plan"),
            Self::Prunes { releases } => {
                let releases = releases.join(", ");
                write!(f, "will be removed from the plan, because no cookie names them: {releases}")
            }
            Self::MakesRoom { release } => {
                write!(
                    f,
                    "{release} will be removed from the plan to make room: no cookie names it any more"
                )
            }
            Self::NeedsInvalidation { at } => {
                write!(
                    f,
                    "documents must be invalidated at {at}, when every edge location has the plan"
                )
            }
            Self::SetsState { name, version, before: Some(before) } => {
                write!(f, "the plan will say that {name} is {version}; it says {before}")
            }
            Self::SetsState { name, version, before: None } => {
                write!(f, "the plan will say that {name} is {version}")
            }
            Self::UnsetsState { name } => {
                write!(f, "the plan will no longer say the version of {name}")
            }
            Self::RunOnState { releases } => {
                write!(f, "can run on the state then: {}", releases.join(", "))
            }
            Self::CutsWayBack { release } => {
                write!(f, "a rollback without a name will be refused: {release} cannot run then")
            }
            Self::EndsRollbacks { releases } => {
                write!(f, "a rollback can no longer go to {}", releases.join(", "))
            }
            Self::RunNoMore { releases } => {
                let releases = releases.join(", ");
                write!(
                    f,
                    "cannot run then, and only open pages, preview links and overrides reach them: "
                )?;
                f.write_str(&releases)
            }
            Self::SetsNeeds { release } => write!(f, "the needs of {release} will be replaced"),
            Self::CannotRunYet { release, misfits } => {
                write!(f, "{release} cannot get traffic yet: {}", unmet(misfits))
            }
            Self::OutsideItsRanges { release, misfits } => {
                write!(f, "{release} has viewers and cannot run on the state: {}", unmet(misfits))
            }
        }
    }
}

/// Rounds to a tenth.
pub(crate) fn rounded(percent: f64) -> f64 {
    (percent * 10.0).round() / 10.0
}
