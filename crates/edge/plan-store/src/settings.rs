use plan_format::{Allow, Refresh, ReleaseDefaults};
use routing_core::Plan;

/// The settings of a [`PlanCell`](crate::PlanCell).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The TTLs of the plan, and the budget of a refresh.
    pub refresh: Refresh,
    /// The plan to use until one has been read.
    pub fallback: Option<Plan>,
    /// The values of a release that a plan may leave out.
    pub release_defaults: ReleaseDefaults,
    /// What a plan may say; a plan that says more is a bad one.
    pub allow: Allow,
    /// The seed of the jitter: [`random_seed`](crate::random_seed) at the edge, a constant in tests.
    pub seed: u64,
}
