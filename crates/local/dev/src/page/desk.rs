use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use cloudfront_sim::{CloudFront, EdgeLocation, Exchange};
use edge_config::Config;
use edge_time::{Clock, Timestamp};
use functions_in_process::InProcess;
use override_token::SigningKey;
use routing_core::Plan;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::decided::Decided;
use super::journal::{Entry, Journal, looked_up};
use crate::parameters::Parameters;

/// How many plans are kept to explain decisions with: edge locations may use one for the hard TTL.
const PLANS: usize = 32;

/// What the page shows, and what its buttons work on.
pub(crate) struct Desk {
    pub(crate) cloudfront: Arc<CloudFront>,
    /// The functions that run in this process, if they do.
    pub(crate) in_process: Option<Arc<InProcess>>,
    pub(crate) parameters: Parameters,
    pub(crate) config: Config,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) previews: Previews,
    pub(crate) addresses: Addresses,
    pub(crate) history: History,
}

/// Whether preview links can be made.
#[derive(Clone)]
pub(crate) enum Previews {
    /// With this key, whose public half the functions have.
    Signed(SigningKey),
    /// The configuration takes no overrides.
    Off,
}

/// Where the edge locations listen, once they do.
pub(crate) struct Addresses {
    pub(crate) scheme: &'static str,
    edges: OnceLock<Vec<(EdgeLocation, u16)>>,
}

impl Addresses {
    /// `scheme` is `http` or `https`.
    pub(crate) fn new(scheme: &'static str) -> Self {
        Self { scheme, edges: OnceLock::new() }
    }

    /// Says which port each edge location has; counts the first time.
    pub(crate) fn set(&self, edges: Vec<(EdgeLocation, u16)>) {
        // A second time there would be the same listeners.
        let _ = self.edges.set(edges);
    }

    /// The port that browsers leave out of `Host` and `Origin`.
    pub(super) fn default_port(&self) -> u16 {
        if self.scheme == "https" { 443 } else { 80 }
    }

    pub(super) fn has(&self, port: u16) -> bool {
        self.edges().any(|(_, ours)| *ours == port)
    }

    /// Each edge location with its port.
    pub(crate) fn edges(&self) -> impl Iterator<Item = &(EdgeLocation, u16)> {
        self.edges.get().into_iter().flatten()
    }

    /// Each edge location with its URL.
    pub(crate) fn urls(&self) -> impl Iterator<Item = (&EdgeLocation, String)> {
        let scheme = self.scheme;
        self.edges().map(move |(edge, port)| (edge, format!("{scheme}://localhost:{port}/")))
    }
}

/// What happened and what is under way: the exchanges, the plans that were in force, newest first, and what
/// the page's buttons began.
#[derive(Default)]
pub(crate) struct History {
    pub(super) journal: Journal,
    plans: Mutex<VecDeque<Arc<InForce>>>,
    /// Held from the look at the parameter to the write of what was made from it.
    pub(super) writing: tokio::sync::Mutex<()>,
    /// When the caches are emptied, as a change of the plan needs it.
    pub(super) invalidates: Mutex<Option<Timestamp>>,
}

/// A plan that was in force, and its text.
#[derive(Debug)]
pub(super) struct InForce {
    pub(super) text: String,
    pub(super) plan: Plan,
}

impl Desk {
    /// Takes up what happens, for as long as it is awaited.
    pub(crate) async fn record(&self, mut exchanges: broadcast::Receiver<Arc<Exchange>>) {
        let mut writes = self.parameters.writes();
        self.take_up_plan();
        loop {
            tokio::select! {
                biased;
                Ok(()) = writes.changed() => self.take_up_plan(),
                exchange = exchanges.recv() => match exchange {
                    Ok(exchange) => self.take_up(exchange),
                    // Under load the page misses some: the requests themselves do not wait for it.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }

    /// Takes up an exchange that has ended.
    pub(super) fn take_up(&self, exchange: Arc<Exchange>) {
        let plans = self.plans();
        let mut decided = Decided::read(&exchange, &plans, &self.config);
        if decided.release.is_none() {
            // Decided on a miss: a hit has no stamp of its own.
            let key = looked_up(&exchange);
            decided.release =
                key.and_then(|key| self.history.journal.release_of(&exchange.edge, key));
        }
        self.history.journal.record(Entry { exchange, decided });
    }

    /// The plans that were in force, newest first.
    pub(super) fn plans(&self) -> Vec<Arc<InForce>> {
        let plans = self.history.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.iter().cloned().collect()
    }

    /// A text that is no plan never comes into force.
    fn take_up_plan(&self) {
        let Some(written) = self.parameters.current() else { return };
        let Ok(plan) = plan_format::parse(&written.value, &self.config.prefix_template) else {
            return;
        };
        let mut plans = self.history.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.front().is_none_or(|newest| newest.plan != plan) {
            plans.push_front(Arc::new(InForce { text: written.value, plan }));
            plans.truncate(PLANS);
        }
    }
}
