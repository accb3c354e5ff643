use std::time::Duration;

use edge_time::Timestamp;
use plan_format::Refresh;
use routing_core::Plan;

/// How long edge locations of a world may lag behind the plan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lag {
    /// The TTLs and the budget of the functions.
    pub(crate) refresh: Refresh,
    /// How long a refresh may still wait after the end of a fault.
    pub(crate) recovery: Duration,
    /// How long a document is cached under a key without the release.
    pub(crate) kept: Duration,
    /// The largest difference between two clocks, in milliseconds.
    pub(crate) skew: i64,
}

/// The plans that edge locations may still follow.
#[derive(Debug)]
pub(super) struct InForce {
    lag: Lag,
    packaged: Option<Plan>,
    /// Each plan with the time when it was written.
    written: Vec<(Timestamp, Plan)>,
    /// The end of the time in which a failed read may still have effects.
    blind_until: Option<Timestamp>,
}

impl InForce {
    /// `packaged` is the fallback plan. It counts while the plan cannot be read.
    pub(super) fn new(lag: Lag, packaged: Option<Plan>) -> Self {
        Self { lag, packaged, written: Vec::new(), blind_until: None }
    }

    pub(super) fn write(&mut self, at: Timestamp, plan: Plan) {
        self.written.push((at, plan));
    }

    pub(super) fn len(&self) -> usize {
        self.written.len()
    }

    /// From now on a read of the plan may fail or come too late.
    pub(super) fn blind(&mut self) {
        self.blind_until = Some(Timestamp(i64::MAX));
    }

    /// From `at` on reads of the plan work again.
    pub(super) fn see_again(&mut self, at: Timestamp) {
        let recovered = at.plus(self.lag.recovery + self.lag.kept);
        self.blind_until = self.blind_until.map(|until| until.min(recovered));
    }

    /// Whether any plan so far withdraws `release`.
    pub(super) fn withdraws(&self, release: &str) -> bool {
        self.written.iter().any(|(_, plan)| plan.is_withdrawn(release))
    }

    /// Whether a plan that an edge location may still follow gives `release` weight now.
    ///
    /// While the plan cannot be read, that can be any plan so far: the location may have had no request since
    /// that plan was written.
    pub(super) fn gives_weight(&self, release: &str, now: Timestamp) -> bool {
        let Lag { refresh, kept, skew, .. } = self.lag;
        let is_blind = self.blind_until.is_some_and(|until| now < until);
        let since = now.minus(refresh.hard_ttl).minus(kept);
        let last_known = self.written.iter().rposition(|(written, _)| *written <= since);
        let first = last_known.filter(|_| !is_blind).unwrap_or(0);
        let written = self.written.iter().skip(first).map(|(_, plan)| plan);
        let packaged = self.packaged.as_ref().filter(|_| is_blind);
        // A request may wait for the plan. Its decision uses the time after the wait.
        let waited = now.plus(refresh.limit());
        let skewed = |by| Timestamp(now.0.saturating_add(by));
        let moments = [now, waited, skewed(skew), skewed(-skew), now.minus(kept)];
        written.chain(packaged).any(|plan| moments.iter().any(|at| weighs(plan, release, *at)))
    }
}

fn weighs(plan: &Plan, release: &str, at: Timestamp) -> bool {
    let index = plan.releases().iter().position(|known| known.id.as_str() == release);
    index.is_some_and(|index| plan.stage_at(at).1.weight_of(index) > 0)
}
