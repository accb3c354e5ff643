use std::fmt;
use std::time::Duration;

use edge_time::Timestamp;
use plan_format::{PlanProblem, PrefixTemplate, Refresh, ReleaseDefaults, StateName, Versions};
use routing_core::{DecideAt, ReleaseId};

use crate::document::Document;
use crate::hold::Hold;
use crate::share::Share;

/// The time from the hard TTL to a scheduled stage. It covers the duration of the write, the duration of the last
/// refresh and the differences between clocks.
pub const MARGIN: Duration = Duration::from_secs(5);
/// The assumed lifetime of a session cookie: 30 days, like the longest cookie with an age.
const SESSION: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A change to the plan.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Registers a release without traffic.
    AddRelease(NewRelease),
    /// Withdraws a release without weight, so that it is never served again.
    Withdraw(ReleaseId),
    /// Removes a release.
    RemoveRelease(ReleaseId),
    /// Removes the releases that no viewer can have any more.
    Prune {
        /// The number of these releases that stay: those that lost their traffic last.
        keep: usize,
    },
    /// Gives a release all traffic.
    Promote { id: ReleaseId, at: When },
    /// Gives a release another share of the viewers.
    Canary {
        id: ReleaseId,
        /// The share, below [`Share::ALL`].
        share: Share,
    },
    /// Gives a release a growing share of the viewers.
    Ramp(Ramp),
    /// Pauses a ramp at its current share.
    RampPause,
    /// Resumes a paused ramp.
    RampResume,
    /// Undoes a ramp.
    RampAbort,
    /// Gives the release of the ramp all traffic, without the steps that remain.
    RampFinish,
    /// Renews the lease: it ends this long from now.
    RenewLease(Duration),
    /// Renews the lease, and says who renews it from now on.
    HandOver {
        /// It ends this long from now.
        lease: Duration,
        /// The instructions for the guard; `None` if a command holds the ramp.
        guard: Option<Hold>,
    },
    /// Removes the lease, so that the stages apply without an end.
    EndLease,
    /// Gives the previous release all traffic, immediately.
    Rollback {
        /// The release; `None` undoes the change in progress, or else the last one.
        to: Option<ReleaseId>,
        /// The reason. The plan keeps the first 200 characters.
        reason: Option<String>,
    },
    /// Says that a state, such as the schema of a database, has this version.
    SetState { name: StateName, version: u64, way_back: WayBack },
    /// Removes a state that no release with traffic needs.
    UnsetState { name: StateName, way_back: WayBack },
}

/// Whether the release that a rollback would go to must be able to run on a new state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayBack {
    /// The change is refused if the release could not run.
    Keep,
    /// The release may be cut off.
    GiveUp,
}

/// A release to register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRelease {
    pub id: ReleaseId,
    /// The S3 prefix; `None` for the one from [`Context::release_defaults`].
    pub prefix: Option<String>,
    /// Origin key to domain.
    pub origins: Vec<(String, String)>,
    /// A label for people.
    pub slot: Option<String>,
    /// Refuses a slot that has traffic.
    pub needs_idle_slot: bool,
    /// Prunes the plan, too, and keeps this many drained releases; `None` prunes nothing.
    pub keep: Option<usize>,
    /// The versions of each state that the release can run on; `None` for no statement. The needs of a registered
    /// release are replaced.
    pub needs: Option<Vec<(StateName, Versions)>>,
}

/// The schedule of a ramp. Its first stage begins as soon as every edge location has read the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Ramp {
    pub id: ReleaseId,
    /// The shares, each larger than the one before.
    pub steps: Vec<Share>,
    /// The time from one step to the next.
    pub every: Duration,
    /// The time for which the ramp stays in force if nobody renews the lease; `None` for no lease.
    pub lease: Option<Duration>,
    /// The step at which the ramp pauses until [`Change::RampResume`]. It cannot be the last one.
    pub pause_at: Option<Share>,
    /// The instructions for the guard if it holds the ramp; only with a lease.
    pub guard: Option<Hold>,
}

/// When a promote takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At each edge location as soon as it has read the plan, so within the hard TTL.
    Now,
    /// At every edge location in the same second.
    At(Timestamp),
    /// Like [`When::At`], at the earliest time at which every edge location has read the plan.
    NextFlip,
}

/// The inputs of a change besides the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    pub now: Timestamp,
    /// The time after which every edge location has read the plan.
    pub hard_ttl: Duration,
    /// The time that is added to the hard TTL: [`MARGIN`].
    pub margin: Duration,
    /// The lifetime of the release cookie; zero for a session cookie.
    pub cookie_max_age: Duration,
    /// The values that the package gives to releases. `None` if its configuration is not known: a change
    /// then leaves nothing out.
    pub release_defaults: Option<ReleaseDefaults>,
    /// The function that decides the release.
    pub decide_at: DecideAt,
    /// The author of the change.
    pub writer: Option<String>,
}

impl Context {
    /// The documented defaults at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            now,
            hard_ttl: Refresh::default().hard_ttl,
            margin: MARGIN,
            cookie_max_age: Duration::from_secs(604_800),
            release_defaults: None,
            decide_at: DecideAt::ViewerRequest,
            writer: None,
        }
    }

    /// Parses a plan with the package's defaults, or with the documented ones if they are not known.
    pub(crate) fn read(&self, text: &str) -> Result<Document, PlanProblem> {
        match &self.release_defaults {
            Some(defaults) => Document::parse(text, defaults),
            None => Document::parse(text, &ReleaseDefaults::default()),
        }
    }

    /// The prefix of a release that names none.
    pub(crate) fn prefix(&self, release: &ReleaseId) -> String {
        match &self.release_defaults {
            Some(defaults) => defaults.prefix(release),
            None => PrefixTemplate::default().prefix(release),
        }
    }

    /// The time at which every edge location has read a plan that is written now.
    #[must_use]
    pub fn followed(&self) -> Timestamp {
        self.now.plus(self.hard_ttl)
    }

    /// The earliest time, in whole seconds, at which every edge location can begin a stage that is written now.
    #[must_use]
    pub fn next_flip(&self) -> Timestamp {
        self.followed().plus(self.margin).ceil_second()
    }

    /// The time when the last cookie of a release has expired everywhere, if the release had weight until `until`.
    ///
    /// The margin covers the time from the change, which notes `until`, to its arrival in the parameter.
    #[must_use]
    pub fn drained(&self, until: Timestamp) -> Timestamp {
        let age = if self.cookie_max_age.is_zero() { SESSION } else { self.cookie_max_age };
        until.plus(self.hard_ttl.saturating_add(self.margin).saturating_add(age))
    }
}

/// The text of the note in the plan: `canary 9f2c1e7 10 %`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddRelease(release) => write!(f, "add {}", release.id),
            Self::Withdraw(id) => write!(f, "withdraw {id}"),
            Self::RemoveRelease(id) => write!(f, "remove {id}"),
            Self::Prune { keep } => write!(f, "prune, keep {keep}"),
            Self::Promote { id, .. } => write!(f, "promote {id}"),
            Self::Canary { id, share } => write!(f, "canary {id} {share}"),
            Self::Ramp(Ramp { id, steps, .. }) => {
                write!(f, "ramp {id}")?;
                steps.iter().try_for_each(|step| write!(f, " {step}"))
            }
            Self::RampPause => f.write_str("ramp pause"),
            Self::RampResume => f.write_str("ramp resume"),
            Self::RampAbort => f.write_str("ramp abort"),
            Self::RampFinish => f.write_str("ramp finish"),
            Self::RenewLease(lease) => write!(f, "renew lease for {} s", lease.as_secs()),
            Self::HandOver { guard: Some(_), .. } => f.write_str("ramp, held by the guard"),
            Self::HandOver { guard: None, .. } => f.write_str("ramp, held by a command"),
            Self::EndLease => f.write_str("end lease"),
            Self::Rollback { to: Some(id), .. } => write!(f, "rollback to {id}"),
            Self::Rollback { to: None, .. } => f.write_str("rollback"),
            Self::SetState { name, version, .. } => write!(f, "state {name} {version}"),
            Self::UnsetState { name, .. } => write!(f, "unset state {name}"),
        }
    }
}
