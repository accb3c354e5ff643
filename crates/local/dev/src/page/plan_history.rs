use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use plan_format::ReleaseDefaults;
use routing_core::Plan;

/// How many plans are kept to explain decisions. An edge location may use an old plan until the hard TTL.
const KEPT: usize = 32;

/// The plans that were in force since the start, newest first.
#[derive(Default)]
pub(super) struct PlanHistory {
    plans: Mutex<VecDeque<Arc<PastPlan>>>,
}

/// A plan that is or was in force, with the parameter's text.
#[derive(Debug)]
pub(super) struct PastPlan {
    pub(super) text: String,
    pub(super) plan: Plan,
}

impl PlanHistory {
    /// Adds the plan in `text`, unless it is the newest one already or not a plan. A text that is not a plan
    /// never comes into force.
    pub(super) fn add(&self, text: String, defaults: &ReleaseDefaults) {
        let Ok(plan) = plan_format::parse(&text, defaults) else { return };
        let mut plans = self.plans();
        if plans.front().is_none_or(|newest| newest.plan != plan) {
            plans.push_front(Arc::new(PastPlan { text, plan }));
            plans.truncate(KEPT);
        }
    }

    /// All plans, newest first.
    pub(super) fn all(&self) -> Vec<Arc<PastPlan>> {
        self.plans().iter().cloned().collect()
    }

    /// The plan that edge locations use while the parameter holds no valid one.
    pub(super) fn last_good(&self) -> Option<Arc<PastPlan>> {
        self.plans().front().cloned()
    }

    fn plans(&self) -> MutexGuard<'_, VecDeque<Arc<PastPlan>>> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
