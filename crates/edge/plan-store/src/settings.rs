use plan_format::{Allow, PrefixTemplate, Refresh};
use routing_core::Plan;

/// The settings of a [`PlanCell`](crate::PlanCell).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The TTLs of the plan, and the budget of a refresh.
    pub refresh: Refresh,
    /// The plan to use until one has been read.
    pub fallback: Option<Plan>,
    /// Gives each release a prefix if the plan is a plain list of release ids.
    pub prefix_template: PrefixTemplate,
    /// What a plan may say; a plan that says more is a bad one.
    pub allow: Allow,
    /// The seed of the jitter: [`random_seed`](crate::random_seed) at the edge, a constant in tests.
    pub seed: u64,
}
