//! The plans that were in force.

use std::time::Duration;

use edge_time::Timestamp;
use plan_format::{Refresh, ReleaseDefaults};
use routing_core::{DecideAt, Plan};

/// How far apart the clocks of edge locations and of Parameter Store may be.
const CLOCKS: Duration = Duration::from_secs(2);
/// How long a cache may keep an object that was decided on a miss: see `handlers/origin-response`.
const KEPT_AFTER_A_MISS: Duration = Duration::from_secs(60);

/// How long the requests near a change may still follow the state before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lag {
    /// For so long after a write, an edge location may have an older plan.
    pub plan: Duration,
    /// For so long after any change, a cache may have an object of before. It is zero if viewer-request decides: then
    /// the decision is in the cache key.
    pub caches: Duration,
    /// So far apart may clocks be.
    pub clocks: Duration,
}

impl Lag {
    /// That of edge locations which read the plan so often, and decide there.
    #[must_use]
    pub fn of(refresh: Refresh, decide_at: DecideAt) -> Lag {
        Lag {
            plan: refresh.hard_ttl + refresh.longest_wait(),
            caches: match decide_at {
                DecideAt::ViewerRequest => Duration::ZERO,
                DecideAt::OriginRequest => KEPT_AFTER_A_MISS,
            },
            clocks: CLOCKS,
        }
    }
}

/// A plan that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenPlan {
    /// The time of the write.
    pub at: Timestamp,
    /// The plan.
    pub plan: Plan,
}

/// The plans that were in force, by the history of their parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plans {
    /// The oldest first.
    written: Vec<WrittenPlan>,
    lag: Lag,
}

/// The plan and the time that a request may have been decided with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InForce<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) at: Timestamp,
}

impl Plans {
    /// The plans of a history, in any order. Leave out texts that are no valid plans: edge locations keep the plan that
    /// they have.
    #[must_use]
    pub fn new(mut written: Vec<WrittenPlan>, lag: Lag) -> Plans {
        written.sort_by_key(|written| written.at);
        Plans { written, lag }
    }

    /// The plans of the parameter's texts, each with the time of its write. A text that is not a plan never came into force.
    #[must_use]
    pub fn of_texts(
        texts: impl IntoIterator<Item = (Timestamp, String)>,
        defaults: &ReleaseDefaults,
        lag: Lag,
    ) -> Plans {
        let plan = |(at, text): (Timestamp, String)| {
            Some(WrittenPlan { at, plan: plan_format::parse(&text, defaults).ok()? })
        };
        Plans::new(texts.into_iter().filter_map(plan).collect(), lag)
    }

    /// Each plan with its time, the oldest first.
    #[must_use]
    pub fn written(&self) -> &[WrittenPlan] {
        &self.written
    }

    /// The plan that was in force at `at`, if the newest write before had reached every edge location, and the start of
    /// the time in which its stage applied.
    #[must_use]
    pub fn stage_at(&self, at: Timestamp) -> Option<(&Plan, Timestamp)> {
        let written = self.written.get(self.written_until(at).checked_sub(1)?)?;
        let begun = written.plan.starts().filter(|start| *start <= at).max();
        let since = begun.map_or(written.at, |begun| begun.max(written.at));
        Some((&written.plan, since))
    }

    /// All that may have decided about a request that arrived between two times. Usually it is one plan at one time.
    ///
    /// `None` if a plan from before the history may have decided.
    pub(crate) fn in_force(&self, from: Timestamp, to: Timestamp) -> Option<Vec<InForce<'_>>> {
        let Lag { plan, caches, clocks } = self.lag;
        let (from, to) = (from.minus(clocks + caches), to.plus(clocks));
        let oldest = self.written_until(from.minus(plan)).checked_sub(1)?;
        let possible = self.written.get(oldest..self.written_until(to))?;
        let mut in_force = Vec::with_capacity(1);
        for WrittenPlan { plan, .. } in possible {
            let mut starts = plan.starts().filter(|start| from < *start && *start <= to).peekable();
            if starts.peek().is_none() {
                in_force.push(InForce { plan, at: from });
            } else {
                in_force.extend([from].into_iter().chain(starts).map(|at| InForce { plan, at }));
            }
        }
        Some(in_force)
    }

    /// The number of plans that were written until then.
    fn written_until(&self, at: Timestamp) -> usize {
        self.written.partition_point(|written| written.at <= at)
    }
}
