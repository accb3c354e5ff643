use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use edge_config::Config;
use edge_time::{Clock, SystemClock, Timestamp};
use override_token::Keys;
use plan_store::{Freshness, PlanCell, PlanStore, Settings, Snapshot, random_seed};
use routing_core::VerifyToken;

/// The dependencies of a handler: its configuration, keys, plan and clock.
pub struct Deps {
    config: Option<Config>,
    keys: Keys,
    plans: Option<PlanCell>,
    clock: Arc<dyn Clock>,
}

impl Deps {
    /// For a handler that reads its plan from `store`.
    #[must_use]
    pub fn new(config: Config, store: Arc<dyn PlanStore>, clock: Arc<dyn Clock>) -> Self {
        Self::seeded(config, store, clock, random_seed())
    }

    /// As [`new`](Self::new); the same `seed` gives the same jitter.
    #[must_use]
    pub fn seeded(
        config: Config,
        store: Arc<dyn PlanStore>,
        clock: Arc<dyn Clock>,
        seed: u64,
    ) -> Self {
        let settings = Settings {
            refresh: config.refresh,
            fallback: config.fallback.clone(),
            release_defaults: config.release_defaults.clone(),
            allow: config.allow.clone(),
            seed,
        };
        let plans = Some(PlanCell::new(store, settings, Arc::clone(&clock)));
        Self { plans, ..Self::without_plan(config, clock) }
    }

    /// For a handler that never reads the plan.
    #[must_use]
    pub fn without_plan(config: Config, clock: Arc<dyn Clock>) -> Self {
        let keys = config.keys.clone();
        Self { config: Some(config), keys, plans: None, clock }
    }

    /// For a handler without a usable configuration: it passes everything through.
    pub(crate) fn without_config() -> Self {
        Self { config: None, keys: Keys::default(), plans: None, clock: Arc::new(SystemClock) }
    }

    /// The configuration. With `None` the handler passes everything through.
    #[must_use]
    pub fn config(&self) -> Option<&Config> {
        self.config.as_ref()
    }

    /// The keys that check signed tokens.
    #[must_use]
    pub fn keys(&self) -> &dyn VerifyToken {
        &self.keys
    }

    /// The time of the decision.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Reads the plan before the first event.
    pub async fn load(&self) {
        if let Some(plans) = &self.plans {
            plans.load().await;
        }
    }

    /// The plan for one request.
    pub async fn plan(&self) -> Snapshot {
        match &self.plans {
            Some(plans) => plans.current().await,
            None => NO_PLAN,
        }
    }

    /// For diagnostics: the current plan, without starting a refresh. `None` if the handler never reads it.
    #[must_use]
    pub fn known(&self) -> Option<Snapshot> {
        self.plans.as_ref().map(PlanCell::known)
    }

    /// The plan for a request that knows of a newer plan than `snapshot`.
    pub async fn renewed(&self, snapshot: Snapshot) -> Snapshot {
        match &self.plans {
            Some(plans) => plans.renewed().await,
            None => snapshot,
        }
    }
}

impl fmt::Debug for Deps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deps").field("config", &self.config).finish_non_exhaustive()
    }
}

const NO_PLAN: Snapshot = Snapshot {
    plan: None,
    freshness: Freshness::None,
    age: None,
    problem: None,
    waited: Duration::ZERO,
};
