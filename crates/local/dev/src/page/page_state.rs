use std::sync::{Arc, Mutex, PoisonError, RwLock};

use cloudfront_sim::Exchange;
use cloudwatch_sim::Alarms;
use edge_time::{Clock, Timestamp};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::addresses::Addresses;
use super::decided::Decided;
use super::guard::GuardLog;
use super::journal::{Entry, Journal, cache_key};
use super::numbers::AccessLog;
use super::plan_history::PlanHistory;
use crate::balancing::Balancing;
use crate::plan_parameter::PlanParameter;
use crate::project::ProjectKind;
use crate::running::{Running, Surroundings};

/// What the page shows and what its buttons change.
pub(crate) struct PageState {
    /// A changed configuration replaces it.
    running: RwLock<Arc<Running>>,
    pub(crate) parameter: PlanParameter,
    pub(crate) kind: ProjectKind,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) balancing: Option<Arc<Balancing>>,
    pub(crate) alarms: Alarms,
    pub(crate) addresses: Addresses,
    pub(crate) history: History,
    /// The access log, if there is one.
    pub(super) log: Option<AccessLog>,
}

/// What happened since the start, and the changes under way.
#[derive(Default)]
pub(crate) struct History {
    pub(super) journal: Journal,
    pub(super) plans: PlanHistory,
    pub(crate) guard: GuardLog,
    /// A change holds this lock while it reads the parameter and writes the new plan.
    pub(super) writing: tokio::sync::Mutex<()>,
    /// When a change of the plan will empty the caches.
    pub(super) invalidates: Mutex<Option<Timestamp>>,
}

impl PageState {
    pub(crate) fn new(
        running: Running,
        Surroundings { parameter, clock, balancing, alarms, .. }: &Surroundings,
        kind: ProjectKind,
        addresses: Addresses,
        log: Option<AccessLog>,
    ) -> Self {
        Self {
            running: RwLock::new(Arc::new(running)),
            parameter: parameter.clone(),
            kind,
            clock: Arc::clone(clock),
            balancing: balancing.clone(),
            alarms: alarms.clone(),
            addresses,
            history: History::default(),
            log,
        }
    }

    /// The configuration at work now.
    pub(crate) fn running(&self) -> Arc<Running> {
        Arc::clone(&self.running.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the configuration. The plan is recorded again, because a plan can leave things to the configuration.
    pub(crate) fn run(&self, running: Running) {
        self.log.iter().for_each(|log| log.follow(&running.config));
        *self.running.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(running);
        self.record_plan();
    }

    /// Records requests and plans until `exchanges` is closed.
    pub(crate) async fn record(&self, mut exchanges: broadcast::Receiver<Arc<Exchange>>) {
        let mut writes = self.parameter.writes();
        self.record_plan();
        loop {
            tokio::select! {
                biased;
                Ok(()) = writes.changed() => self.record_plan(),
                exchange = exchanges.recv() => match exchange {
                    Ok(exchange) => self.record_exchange(exchange),
                    // Under load the page misses some requests, so that requests never wait for the page.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }

    /// Records an exchange that has ended.
    pub(super) fn record_exchange(&self, exchange: Arc<Exchange>) {
        let config = Arc::clone(&self.running().config);
        let mut decided = Decided::read(&exchange, &self.history.plans.all(), &config);
        if decided.release.is_none() {
            // With `decide_at = "origin-request"` a cache hit has no stamp: take the release that the
            // object was fetched for.
            decided.release = cache_key(&exchange)
                .and_then(|key| self.history.journal.release_of(&exchange.edge, key));
        }
        self.history.journal.record(Entry { exchange, decided, config });
    }

    fn record_plan(&self) {
        if let Some(current) = self.parameter.current() {
            let running = self.running();
            self.history.plans.add(current.value, &running.config.release_defaults);
        }
    }
}
