use std::fmt;

use plan_format::{MAX_PLAN_BYTES, PlanProblem, Versions};
use thiserror::Error;

use crate::contracts::{Misfit, StepBeforeState};
use crate::moment::Moment;
use crate::share::Share;
use crate::summary::Draining;

/// The reason why a change was refused. The plan stays as it is.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ChangeRefusal {
    /// The plan does not have the release.
    #[error("`{id}` is not registered: the plan has {}", list(known))]
    Unknown {
        id: String,
        /// The releases of the plan that may be served.
        known: Vec<String>,
    },
    /// The release must never be served.
    #[error("`{0}` is withdrawn")]
    Withdrawn(String),
    /// The release is registered with other values.
    #[error("`{0}` is already registered with another prefix, other origins or another slot")]
    Registered(String),
    /// The plan already has the effect of the change.
    #[error("nothing to change: {0}")]
    Already(String),
    /// A later stage is scheduled.
    #[error("a change is under way: its next stage begins at {0}")]
    UnderWay(Moment),
    /// A change in progress already gives the release traffic.
    #[error("a change in progress already gives `{0}` traffic")]
    OnItsWay(String),
    /// A ramp holds a lease.
    #[error("a ramp is under way: its lease ends at {0}")]
    Leased(Moment),
    /// A ramp is paused.
    #[error("a ramp is paused")]
    Paused,
    /// Another release has a share.
    #[error("`{0}` already has a share of the viewers: only one candidate is possible at a time")]
    OtherCandidate(String),
    /// The active release cannot be its own candidate.
    #[error("`{0}` is the active release")]
    Active(String),
    /// A canary cannot have all traffic: that is a promote.
    #[error("`{0}` would get all viewers: a canary gets less than 100 %")]
    Everybody(String),
    /// At origin-request viewers cannot be told apart, so releases cannot share traffic.
    #[error("`decide_at` is `origin-request`: a release gets all viewers or none")]
    NoShares,
    /// The switch is scheduled before every edge location can have read the plan.
    #[error("{at} is too soon: some edge locations read the change as late as {earliest}")]
    TooSoon {
        /// The requested time.
        at: Moment,
        /// The earliest time that is allowed.
        earliest: Moment,
    },
    /// The ramp has no steps, or no time between them.
    #[error("a ramp needs at least one step, and at least 1 s between two steps")]
    NoSteps,
    /// A step is not larger than the one before.
    #[error(
        "step {step} is not above {before}: each step of a ramp must be larger than the one before"
    )]
    Steps {
        step: Share,
        /// The step before, or the share that the release has.
        before: String,
    },
    /// The ramp cannot pause at this share: it is not a step, or it is the last one.
    #[error("a ramp cannot pause at {0}: name one of its steps, but not the last one")]
    PauseAt(Share),
    /// The lease is so short that an edge location could see its end before it reads the renewal.
    #[error(
        "a lease of {seconds} s is too short: it must be at least {least} s, twice the hard TTL"
    )]
    ShortLease {
        /// The requested lease, in seconds.
        seconds: u64,
        /// The shortest lease, in seconds.
        least: u64,
    },
    /// There is no lease in force.
    #[error("no lease is in force")]
    NoLease,
    /// There is no ramp.
    #[error("no ramp is under way")]
    NoRamp,
    /// The next stage begins too soon to be stopped everywhere.
    #[error("the next stage begins at {0}: it is too late to stop it at every edge location")]
    TooLate(Moment),
    /// The plan does not know a previous release.
    #[error("the plan does not say which release was active before")]
    NoPrevious {
        /// The releases that the rollback may name.
        known: Vec<String>,
    },
    /// A rollback named a release that has a share, or that a later stage gives traffic.
    #[error("`{id}` is on trial: a rollback goes to a release that had all traffic before")]
    OnTrial {
        id: String,
        /// The change that gives it traffic.
        progress: InProgress,
    },
    /// A rollback named a release that never had all traffic.
    #[error("`{id}` never had all traffic: a rollback goes to a release that had it before")]
    NeverActive {
        id: String,
        /// The release that a rollback without a name goes to, if it is known.
        to: Option<String>,
    },
    /// The release has traffic, or a later stage gives it traffic.
    #[error("`{id}` has traffic, or a later stage gives it traffic")]
    Serving {
        id: String,
        /// A release that a rollback can go to, if one is known.
        to: Option<String>,
        /// The other releases that a rollback may name.
        known: Vec<String>,
    },
    /// The slot was to be without traffic.
    #[error("slot `{slot}` serves `{release}`, which has traffic")]
    SlotServes { slot: String, release: String },
    /// The rollout in progress names the release.
    #[error("`{0}` is part of the rollout in progress")]
    Named(String),
    /// A viewer's cookie may name the release.
    #[error("viewers can still have `{id}` until {until}")]
    Draining {
        id: String,
        /// The time when the last cookie that may name it expires.
        until: Moment,
    },
    /// Edge locations that have not read the last change may give the release to viewers.
    #[error("edge locations can still give `{id}` to viewers until {until}")]
    Unread { id: String, until: Moment },
    /// The release would get traffic, and the plan's state does not meet its needs.
    #[error("`{id}` cannot run on the state: {}", unmet(misfits))]
    CannotRun { id: String, misfits: Vec<Misfit> },
    /// The release that a rollback goes to cannot run on the plan's state.
    #[error("a rollback cannot go to `{id}`: {}", unmet(misfits))]
    CutOff {
        id: String,
        misfits: Vec<Misfit>,
        /// The releases that a rollback may name.
        reaches: Vec<String>,
    },
    /// A release with traffic cannot run on the version.
    #[error(
        "{}: `{id}` has traffic, or a later stage gives it traffic, and needs {}",
        becomes(name, *to),
        versions(*needs)
    )]
    CutsTraffic {
        name: String,
        /// The version; `None` if the state would be removed.
        to: Option<u64>,
        id: String,
        needs: Option<Versions>,
        /// The step that comes first.
        missing: StepBeforeState,
    },
    /// A release that has just lost its traffic cannot run on the version.
    #[error(
        "{}: edge locations can still give `{id}` to viewers until {until}, and it needs {}",
        becomes(name, *to),
        versions(*needs)
    )]
    CutsUnread { name: String, to: Option<u64>, id: String, needs: Option<Versions>, until: Moment },
    /// The release that a rollback would go to cannot run on the version.
    #[error("{}: a rollback would go to `{release}`, which could not run", becomes(name, *to))]
    CutsWayBack { name: String, to: Option<u64>, release: String },
    /// The plan would not fit into the parameter.
    #[error(
        "the plan would have {bytes} bytes: this change may use {allowed} of {MAX_PLAN_BYTES}{}",
        makes_room(next.as_ref())
    )]
    TooLarge {
        /// The size after everything that may be removed was removed.
        bytes: usize,
        /// The size that this change may use. Room for a rollback is reserved.
        allowed: usize,
        /// The releases that can be removed now: no viewer gets them.
        removable: Vec<String>,
        /// The release that can be removed next, because its last cookie expires.
        next: Option<Draining>,
    },
    /// There is no number above this revision.
    #[error("`revision` is already the largest possible number")]
    LastRevision,
    /// The plan would break a rule.
    #[error(transparent)]
    Plan(PlanProblem),
}

/// A change that gives a release a part of the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InProgress {
    /// The release has a fixed share.
    Canary,
    /// Another stage is scheduled or paused, or a lease is in force.
    Ramp,
}

/// The needs that are not met, in words.
pub(crate) fn unmet(misfits: &[Misfit]) -> String {
    misfits.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn becomes(name: &str, to: Option<u64>) -> String {
    match to {
        Some(version) => format!("`{name}` cannot become {version}"),
        None => format!("`{name}` cannot be removed from the state"),
    }
}

fn versions(needs: Option<Versions>) -> String {
    needs.map_or_else(|| "versions that cannot be read".into(), |needs| needs.to_string())
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match (self.needs, self.is) {
            (None, _) => write!(f, "its need of `{name}` cannot be read"),
            (Some(needs), Some(is)) => write!(f, "`{name}` is {is}, and it needs {needs}"),
            (Some(needs), None) => {
                write!(f, "the plan does not say the version of `{name}`, and it needs {needs}")
            }
        }
    }
}

fn makes_room(next: Option<&Draining>) -> String {
    let next = next.map(|Draining { release, until }| {
        format!("; viewers can have `{release}` until {until}, then it makes room")
    });
    next.unwrap_or_default()
}

fn list(ids: &[String]) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    if quoted.is_empty() { "none".into() } else { quoted.join(", ") }
}
