use plan_format::{PrefixTemplate, Refresh};
use routing_core::Plan;

/// What a [`PlanCell`](crate::PlanCell) needs besides store and clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// How fresh the plan is kept.
    pub refresh: Refresh,
    /// The plan to fall back to while none has been read.
    pub fallback: Option<Plan>,
    /// The prefixes of a plan of bare release ids.
    pub prefix_template: PrefixTemplate,
    /// The seed of all jitter: [`random_seed`](crate::random_seed) at the edge, a constant in tests.
    pub seed: u64,
}
