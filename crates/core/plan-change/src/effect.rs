use std::fmt;

use serde::ser::{Serialize, Serializer};

use crate::moment::Moment;
use crate::share::Share;

/// What a change comes to, one sentence each: `10 % of new viewers will get 9f2c1e7 from 10:00:50 UTC on`.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// A release gets everybody.
    Everybody {
        /// The release.
        release: String,
        /// When.
        begins: Begins,
    },
    /// A release gets a share of the viewers.
    Share {
        /// The release.
        release: String,
        /// Its share.
        share: Share,
        /// When.
        begins: Begins,
    },
    /// Some of the viewers of a release move to another.
    Moves {
        /// The release that they have.
        from: String,
        /// The release that they get.
        to: String,
        /// How many of them, in percent.
        percent: f64,
    },
    /// No viewer that this rollout gave the release gets another. Who has its cookie of an older rollout,
    /// or keeps no cookies, is drawn anew.
    Stays(String),
    /// Open pages of this release go on with it.
    OpenPages(String),
    /// What CloudFront has of this release is still good.
    Cached(String),
    /// The release has no traffic, and can be looked at.
    Examinable(String),
    /// A rollback without a name goes back to this release, before the change begins and after.
    GoesBack(String),
    /// A stage that was to come does not begin.
    Cancelled(Moment),
    /// A stage is too near to be held back.
    BeginsStill(Moment),
    /// A stage begins.
    Resumes(Moment),
    /// So many steps of a ramp wait.
    Waiting(usize),
    /// Without a renewal everybody gets the release again.
    Leased {
        /// The release.
        release: String,
        /// The end of the lease.
        until: Moment,
    },
    /// The stages apply for good.
    Unleased,
    /// The release is registered, without traffic.
    Staged(String),
    /// The release is never served again.
    Withdrawn(String),
    /// The release is gone from the plan.
    Removed(String),
    /// The release had to make room in the plan.
    Dropped(String),
    /// Decided on a miss, so the cached documents must go, once every edge location has the plan.
    Invalidate(Moment),
}

/// When a stage begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begins {
    /// At each edge location as soon as it has read the plan, all of them within so many seconds.
    Within(u64),
    /// At every edge location in the same second.
    At(Moment),
}

impl fmt::Display for Begins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within(seconds) => {
                write!(f, "at once; every edge location follows within {seconds} s")
            }
            Self::At(at) => write!(f, "from {at} on"),
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everybody { release, begins } => {
                write!(f, "everybody will get {release} {begins}")
            }
            Self::Share { release, share, begins } => {
                write!(f, "{share} of new viewers will get {release} {begins}")
            }
            Self::Moves { from, to, percent } => {
                write!(f, "{} % of the viewers of {from} ", rounded(*percent))?;
                write!(f, "will move to {to} with a page load")
            }
            Self::Stays(release) => {
                write!(
                    f,
                    "nobody who was given {release} in this rollout, and keeps cookies, leaves it"
                )
            }
            Self::OpenPages(release) => {
                write!(f, "viewers who have {release} keep it until their next page load")
            }
            Self::Cached(release) => {
                write!(f, "the cached assets of {release} are still good: nothing to invalidate")
            }
            Self::Examinable(release) => {
                write!(f, "{release} stays registered: a preview link still shows it")
            }
            Self::GoesBack(release) => write!(f, "`rollback` goes back to {release}"),
            Self::Cancelled(at) => write!(f, "the stage of {at} does not begin"),
            Self::BeginsStill(at) => {
                write!(
                    f,
                    "the stage of {at} begins still: it is too near to be held back everywhere"
                )
            }
            Self::Resumes(at) => write!(f, "the next stage begins at {at}"),
            Self::Waiting(1) => f.write_str("1 step waits for `ramp resume`"),
            Self::Waiting(steps) => write!(f, "{steps} steps wait for `ramp resume`"),
            Self::Leased { release, until } => {
                write!(f, "unless the lease is renewed, everybody gets {release} from {until} on")
            }
            Self::Unleased => f.write_str("the stages apply for good: there is no lease any more"),
            Self::Staged(release) => {
                write!(f, "{release} is registered without traffic: a preview link shows it")
            }
            Self::Withdrawn(release) => {
                write!(f, "{release} is never served again: open pages of it get another release")
            }
            Self::Removed(release) => write!(f, "{release} is gone from the plan"),
            Self::Dropped(release) => {
                write!(
                    f,
                    "{release} is gone from the plan to make room: no cookie names it any more"
                )
            }
            Self::Invalidate(at) => {
                write!(
                    f,
                    "documents must be invalidated at {at}, when every edge location has the plan"
                )
            }
        }
    }
}

/// The sentence.
impl Serialize for Effect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// To a tenth, without a needless `.0`.
pub(crate) fn rounded(percent: f64) -> f64 {
    (percent * 10.0).round() / 10.0
}
