use std::time::Duration;

use edge_config::Follower;
use edge_time::Timestamp;
use plan_change::{Moment, Summary};
use serde::Serialize;

use crate::control::{Project, Session};
use crate::following::{Is, Mode, Moved, bring, lines};
use terminal_text::Lines;

/// A follower compared with the plan, or the reason why it cannot be compared.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Followed {
    Seen(Moved),
    Failed {
        name: String,
        reason: String,
        /// Whether the next look may succeed.
        #[serde(skip)]
        is_passing: bool,
    },
}

/// The longest time between two reads of the followers while the plan is looked at: the APIs of ELB and Route 53 allow
/// few calls (Route 53: five a second in an account, page `DNSLimitations`).
const FRESH: Duration = Duration::from_secs(15);

/// The followers at their last read.
#[derive(Default)]
pub(super) struct LastLook {
    at: Option<Timestamp>,
    /// The version and the stage of the plan at that time.
    plan: (u64, Option<Timestamp>),
    followers: Vec<Followed>,
}

impl LastLook {
    /// The followers. They are read again if the last read is old, or if another version or stage of the plan is in force.
    pub(super) async fn followers(
        &mut self,
        session: &Session<'_>,
        project: &Project,
        version: u64,
        summary: &Summary,
    ) -> Vec<Followed> {
        let now = session.clock.now();
        let plan = (version, summary.since.map(|since| since.at));
        let is_fresh = |at: Timestamp| u128::from(now.0.abs_diff(at.0)) < FRESH.as_millis();
        if self.plan != plan || !self.at.is_some_and(is_fresh) {
            self.followers.clear();
            for follower in &project.followers {
                self.followers.push(Followed::of(session, project, follower).await);
            }
            (self.at, self.plan) = (Some(now), plan);
        }
        self.followers.clone()
    }

    /// The time of the last read; `None` if it is now, or if there is no follower.
    pub(super) fn read(&self, session: &Session<'_>) -> Option<Moment> {
        let now = session.clock.now();
        let is_past = |at: &Timestamp| now.0 - at.0 >= 1000;
        self.at.filter(is_past).filter(|_| !self.followers.is_empty()).map(|at| Moment { at, now })
    }
}

impl Followed {
    async fn of(session: &Session<'_>, project: &Project, follower: &Follower) -> Self {
        match bring(session, project, follower, Mode::Look, 0).await {
            Ok(moved) => Self::Seen(moved),
            Err(error) => Self::Failed {
                name: follower.name.clone(),
                reason: error.to_string(),
                is_passing: error.is_passing(),
            },
        }
    }

    pub(super) fn is_trouble(&self) -> bool {
        match self {
            Self::Seen(moved) => moved.is == Is::Drifted,
            Self::Failed { is_passing, .. } => !is_passing,
        }
    }

    pub(super) fn is_behind(&self) -> bool {
        match self {
            Self::Seen(moved) => moved.is == Is::Behind,
            Self::Failed { is_passing, .. } => *is_passing,
        }
    }

    pub(super) fn lines(&self) -> Lines {
        let mut left = "follower   ";
        let lines = match self {
            Self::Seen(moved) => lines(std::slice::from_ref(moved)),
            Self::Failed { reason, .. } => Lines::from(reason),
        };
        lines.map(|line| format!("{}{line}", std::mem::replace(&mut left, "           ")))
    }
}
