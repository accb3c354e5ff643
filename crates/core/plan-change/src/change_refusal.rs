use plan_format::{MAX_PLAN_BYTES, PlanProblem};
use thiserror::Error;

use crate::moment::Moment;
use crate::share::Share;

/// Why a change is not made; the plan stays as it is.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ChangeRefusal {
    /// The plan does not have the release.
    #[error("`{id}` is not registered: the plan has {}", list(known))]
    Unknown {
        /// The release.
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
    /// The plan is so already.
    #[error("nothing to change: {0}")]
    Already(String),
    /// A stage is to come.
    #[error("a change is under way: its next stage begins at {0}")]
    UnderWay(Moment),
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
    /// A share of everybody is a promote.
    #[error("`{0}` would get all viewers: a canary gets less than 100 %")]
    Everybody(String),
    /// At origin-request nothing tells viewers apart.
    #[error("`decide_at` is `origin-request`: a release gets all viewers or none")]
    NoShares,
    /// A scheduled flip that not every edge location would know of in time.
    #[error("{at} is too soon: some edge locations read the change as late as {earliest}")]
    TooSoon {
        /// What was asked for.
        at: Moment,
        /// The first moment that is allowed.
        earliest: Moment,
    },
    /// A ramp without steps, or without time between them.
    #[error("a ramp needs at least one step, and at least 1 s between two steps")]
    NoSteps,
    /// A step that is not above the one before.
    #[error(
        "step {step} is not above {before}: each step of a ramp must be larger than the one before"
    )]
    Steps {
        /// The step.
        step: Share,
        /// The step before, or the share that the release has.
        before: String,
    },
    /// A pause after none of the steps, or after the last one.
    #[error("a ramp cannot pause at {0}: name one of its steps, but not the last one")]
    PauseAt(Share),
    /// A lease that some edge location would see end before it learns of its renewal.
    #[error(
        "a lease of {seconds} s is too short: it must be at least {least} s, twice the hard TTL"
    )]
    ShortLease {
        /// What was asked for, in seconds.
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
    /// The next stage is too near.
    #[error("the next stage begins at {0}: it is too late to stop it at every edge location")]
    TooLate(Moment),
    /// Nothing tells what to go back to.
    #[error("the plan does not say which release was active before")]
    NoPrevious {
        /// The releases that may be named: all but the active one.
        known: Vec<String>,
    },
    /// The release has traffic, or will have.
    #[error("`{id}` has traffic, or a later stage gives it traffic")]
    Serving {
        /// The release.
        id: String,
        /// Where a rollback takes its traffic, if that is known.
        to: Option<String>,
        /// The other releases that may be named.
        known: Vec<String>,
    },
    /// A rollout that goes on names the release.
    #[error("`{0}` is part of the rollout in progress")]
    Named(String),
    /// A viewer's cookie may name the release.
    #[error("viewers can still have `{id}` until {until}")]
    Draining {
        /// The release.
        id: String,
        /// When the last cookie that may name it ends.
        until: Moment,
    },
    /// The plan would not fit into the parameter.
    #[error("the plan would have {bytes} bytes: this change may use {allowed} of {MAX_PLAN_BYTES}")]
    TooLarge {
        /// Its size after everything that may go has gone.
        bytes: usize,
        /// What the change may use: there is always room for a rollback.
        allowed: usize,
    },
    /// The revision cannot be counted on.
    #[error("`revision` is already the largest possible number")]
    LastRevision,
    /// The plan would break a rule.
    #[error(transparent)]
    Plan(PlanProblem),
}

fn list(ids: &[String]) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    if quoted.is_empty() { "none".into() } else { quoted.join(", ") }
}
