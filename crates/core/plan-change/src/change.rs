use std::fmt;
use std::time::Duration;

use edge_time::Timestamp;
use plan_format::{PrefixTemplate, Refresh};
use routing_core::{DecideAt, ReleaseId};

use crate::share::Share;

/// How long after the hard TTL a scheduled stage begins: the last refresh takes its time, and clocks
/// differ.
pub const MARGIN: Duration = Duration::from_secs(5);
/// How long a release cookie counts that lives as long as its browser: 30 days, as the longest one with an
/// age.
const SESSION: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What somebody wants of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Registers a release without traffic.
    AddRelease(NewRelease),
    /// Never serves a release again that has no weight.
    Withdraw(ReleaseId),
    /// Forgets a release.
    RemoveRelease(ReleaseId),
    /// Gives a release everybody.
    Promote {
        /// The release.
        id: ReleaseId,
        /// When.
        at: When,
    },
    /// Gives a release a share of the viewers, more or less than it has.
    Canary {
        /// The release.
        id: ReleaseId,
        /// The share, below [`Share::ALL`].
        share: Share,
    },
    /// Gives a release more and more of the viewers.
    Ramp(Ramp),
    /// Holds a ramp at its share.
    RampPause,
    /// Goes on with it.
    RampResume,
    /// Takes it back.
    RampAbort,
    /// Lets the lease end later: it lasts this long from now on.
    RenewLease(Duration),
    /// Takes the lease away: the stages apply for good.
    EndLease,
    /// Gives everybody the release from before, at once.
    Rollback {
        /// The release; `None` takes back the change under way, or else the last one.
        to: Option<ReleaseId>,
        /// Why, for people: the first 200 characters are kept in the plan.
        reason: Option<String>,
    },
}

/// A release to register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRelease {
    /// Its id.
    pub id: ReleaseId,
    /// Its S3 prefix; `None` for that of [`Context::prefix_template`].
    pub prefix: Option<String>,
    /// Origin key to domain.
    pub origins: Vec<(String, String)>,
    /// A label for people.
    pub slot: Option<String>,
}

/// The schedule of a ramp: its first stage begins as soon as every edge location can know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ramp {
    /// The release.
    pub id: ReleaseId,
    /// Its shares, each above the one before.
    pub steps: Vec<Share>,
    /// The time from one step to the next.
    pub every: Duration,
    /// How long traffic stays with the ramp if nobody renews the lease; `None` for good.
    pub lease: Option<Duration>,
    /// The step after which the others wait for [`Change::RampResume`]: not the last one.
    pub pause_at: Option<Share>,
}

/// When a promote takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At each edge location as soon as it has read the plan: over the hard TTL.
    Now,
    /// At every edge location in the same second.
    At(Timestamp),
    /// As [`When::At`], as soon as every edge location can know of it.
    NextFlip,
}

/// What a change depends on besides the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The time.
    pub now: Timestamp,
    /// After which time every edge location has read the plan.
    pub hard_ttl: Duration,
    /// What is added to the hard TTL: [`MARGIN`].
    pub margin: Duration,
    /// How long the release cookie lives; zero for a session cookie.
    pub cookie_max_age: Duration,
    /// The prefixes of releases that are named by their ids alone.
    pub prefix_template: PrefixTemplate,
    /// Where releases are decided.
    pub decide_at: DecideAt,
    /// Who makes the change, for people.
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
            prefix_template: PrefixTemplate::default(),
            decide_at: DecideAt::ViewerRequest,
            writer: None,
        }
    }

    /// When every edge location has read what is written now.
    #[must_use]
    pub fn followed(&self) -> Timestamp {
        self.now.plus(self.hard_ttl)
    }

    /// The first moment at which every edge location can begin a stage that is written now: a whole
    /// second.
    #[must_use]
    pub fn next_flip(&self) -> Timestamp {
        self.followed().plus(self.margin).ceil_second()
    }

    /// When the last cookie ends that a release was given with, which had weight until then.
    #[must_use]
    pub fn drained(&self, until: Timestamp) -> Timestamp {
        let age = if self.cookie_max_age.is_zero() { SESSION } else { self.cookie_max_age };
        until.plus(self.hard_ttl.saturating_add(age))
    }
}

/// What is noted in the plan: `canary 9f2c1e7 10 %`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddRelease(release) => write!(f, "add {}", release.id),
            Self::Withdraw(id) => write!(f, "withdraw {id}"),
            Self::RemoveRelease(id) => write!(f, "remove {id}"),
            Self::Promote { id, .. } => write!(f, "promote {id}"),
            Self::Canary { id, share } => write!(f, "canary {id} {share}"),
            Self::Ramp(Ramp { id, steps, .. }) => {
                write!(f, "ramp {id}")?;
                steps.iter().try_for_each(|step| write!(f, " {step}"))
            }
            Self::RampPause => f.write_str("ramp pause"),
            Self::RampResume => f.write_str("ramp resume"),
            Self::RampAbort => f.write_str("ramp abort"),
            Self::RenewLease(lease) => write!(f, "renew lease for {} s", lease.as_secs()),
            Self::EndLease => f.write_str("end lease"),
            Self::Rollback { to: Some(id), .. } => write!(f, "rollback to {id}"),
            Self::Rollback { to: None, .. } => f.write_str("rollback"),
        }
    }
}
