use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use edge_time::{Clock, Timestamp};
use plan_format::{PrefixTemplate, Refresh};
use routing_core::{Plan, Source};
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::warn;

use crate::flight::{self, Flight};
use crate::rung::Rung;
use crate::settings::Settings;
use crate::state::{Landing, Setback, State};
use crate::store::PlanStore;

/// How often [`PlanCell::load`] reads: a store that failed in one Region answers from another.
const LOAD_ATTEMPTS: usize = 2;

/// Keeps the last good plan, and refreshes it beside the requests.
///
/// A clone is another handle to the same cell. Refreshes run as tokio tasks, so [`load`](Self::load)
/// and [`current`](Self::current) need a tokio runtime; a current-thread one will do.
#[derive(Clone)]
pub struct PlanCell {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn PlanStore>,
    clock: Arc<dyn Clock>,
    refresh: Refresh,
    fallback: Option<Arc<Plan>>,
    template: PrefixTemplate,
    state: Mutex<State>,
}

/// The plan that one request gets, and how good it is.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The plan; none only on [`Rung::None`].
    pub plan: Option<Arc<Plan>>,
    /// How good it is.
    pub rung: Rung,
    /// The time since its read began; none for a fallback, and while the clock stands before the read.
    pub age: Option<Duration>,
    /// The word of the last failed refresh, if none has succeeded since: a store error's kind, or what
    /// kept the text from being a plan.
    pub problem: Option<&'static str>,
    /// How long this request waited for a refresh; [`Refresh::budget`] says how long it may.
    pub waited: Duration,
}

impl Snapshot {
    /// The plan's revision, for the log.
    #[must_use]
    pub fn revision(&self) -> Option<u64> {
        self.plan.as_ref().map(|plan| plan.revision())
    }

    /// The plan as the decision takes it.
    #[must_use]
    pub fn source(&self) -> Option<Source<'_>> {
        let plan = self.plan.as_deref()?;
        match self.rung {
            Rung::Fresh | Rung::Stale | Rung::Expired => Some(Source::Stored(plan)),
            Rung::Fallback => Some(Source::Fallback(plan)),
            Rung::None => None,
        }
    }
}

impl PlanCell {
    /// An empty cell: nothing is read before [`load`](Self::load) or [`current`](Self::current).
    #[must_use]
    pub fn new(store: Arc<dyn PlanStore>, settings: Settings, clock: Arc<dyn Clock>) -> Self {
        let Settings { refresh, fallback, prefix_template: template, seed } = settings;
        let state = Mutex::new(State::new(refresh, seed));
        let fallback = fallback.map(Arc::new);
        Self { shared: Arc::new(Shared { store, clock, refresh, fallback, template, state }) }
    }

    /// Reads the plan during init. Waits at most three budgets, and reads a second time when the first
    /// read fails before that.
    pub async fn load(&self) -> Snapshot {
        let start = Instant::now();
        let end = start + self.shared.refresh.limit();
        for _ in 0..LOAD_ATTEMPTS {
            self.shared.begin().wait_until(end).await;
            let loaded = self.shared.snapshot(start.elapsed());
            if loaded.rung == Rung::Fresh {
                return loaded;
            }
        }
        self.shared.snapshot(start.elapsed())
    }

    /// The plan for one request.
    ///
    /// Fresh and stale plans come at once; a stale one starts a refresh beside the request. With an
    /// expired plan, or none, the request waits for the refresh, at most until the budget since the
    /// refresh began is used up. After a failure nothing is read, and so nobody waits, for 1 s,
    /// doubling to 30 s.
    ///
    /// A refresh that a request waited for in vain, and that was then frozen with its environment, is a
    /// failure too. The next refresh is waited for longer, once: see [`Refresh::budget`].
    pub async fn current(&self) -> Snapshot {
        self.after(self.shared.due(self.shared.clock.now())).await
    }

    /// The plan for a request that knows of a newer one: reads it again although it is fresh.
    ///
    /// Waits as [`current`](Self::current) does. Nothing is read within 1 s of the last read, nor while
    /// failures forbid it, so that forged requests cannot use up the store's throughput.
    pub async fn renewed(&self) -> Snapshot {
        self.after(self.shared.due_again(self.shared.clock.now())).await
    }

    /// What the cell knows, for who looks on from outside: nothing is read for it.
    #[must_use]
    pub fn known(&self) -> Snapshot {
        self.shared.snapshot(Duration::ZERO)
    }

    async fn after(&self, flight: Option<Flight>) -> Snapshot {
        let waited = match flight {
            Some(flight) => {
                let waited = flight.clone().wait_until(flight.deadline).await;
                self.shared.state().miss(&flight);
                waited
            }
            None => Duration::ZERO,
        };
        self.shared.snapshot(waited)
    }
}

impl Shared {
    /// Starts a refresh even after a failure, or joins the one that is under way.
    fn begin(self: &Arc<Self>) -> Flight {
        let now = self.clock.now();
        self.depart(&mut self.state_at(now), now)
    }

    /// Starts the refresh that is due. Returns the flight that a request must wait for.
    fn due(self: &Arc<Self>, now: Timestamp) -> Option<Flight> {
        let mut state = self.state_at(now);
        let rung = state.rung(now, Rung::None);
        if rung == Rung::Fresh || state.backs_off(now) {
            return None;
        }
        let flight = self.depart(&mut state, now);
        match rung {
            Rung::Fresh | Rung::Stale => None,
            Rung::Expired | Rung::Fallback | Rung::None => Some(flight),
        }
    }

    /// Starts a refresh although the plan may be fresh, unless it was read just now.
    fn due_again(self: &Arc<Self>, now: Timestamp) -> Option<Flight> {
        let mut state = self.state_at(now);
        let forbidden = state.backs_off(now) || state.is_new(now);
        (!forbidden).then(|| self.depart(&mut state, now))
    }

    /// Joins the flight that is under way, or starts one.
    fn depart(self: &Arc<Self>, state: &mut State, now: Timestamp) -> Flight {
        if let Some(flight) = state.flight() {
            return flight.clone();
        }
        let (flight, landed) = state.take_off(now);
        tokio::spawn(Arc::clone(self).fly(flight.clone(), landed));
        flight
    }

    /// One refresh. Dropping `landed` at its end wakes whoever waits.
    async fn fly(self: Arc<Self>, flight: Flight, landed: watch::Sender<()>) {
        let result = flight::fly(&*self.store, &self.template, self.refresh.limit()).await;
        let landing = self.state().land(&flight, result, self.clock.now());
        match landing {
            Landing::Failed(setback) => self.report(&setback),
            Landing::Good | Landing::Late => {}
        }
        drop(landed);
    }

    fn report(&self, Setback { failure, failures, backoff }: &Setback) {
        warn!(
            plan = self.store.name(),
            problem = failure.as_str(),
            failures,
            retry_seconds = backoff.as_secs_f64(),
            error = %failure,
            "plan not refreshed"
        );
    }

    fn snapshot(&self, waited: Duration) -> Snapshot {
        let now = self.clock.now();
        let without = self.fallback.as_ref().map_or(Rung::None, |_| Rung::Fallback);
        let state = self.state();
        let (rung, problem) = (state.rung(now, without), state.problem());
        match state.good(now) {
            Some((plan, age)) => {
                Snapshot { plan: Some(Arc::clone(plan)), rung, age, problem, waited }
            }
            None => Snapshot { plan: self.fallback.clone(), rung, age: None, problem, waited },
        }
    }

    /// The state at `now`, by when a flight may have been lost.
    fn state_at(&self, now: Timestamp) -> MutexGuard<'_, State> {
        let mut state = self.state();
        if let Some(setback) = state.give_up_lost(now) {
            self.report(&setback);
        }
        state
    }

    /// Nothing panics while it holds the lock, and every step leaves the state whole: poison is noise.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
