use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use edge_time::{Clock, Timestamp};
use plan_format::{Allow, Refresh, ReleaseDefaults};
use routing_core::{Plan, Source};
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::warn;

use crate::attempt::{self, Attempt};
use crate::freshness::Freshness;
use crate::settings::Settings;
use crate::state::{FailedAttempt, Outcome, State};
use crate::store::PlanStore;

/// How often [`PlanCell::load`] reads. After a failure the store may try another Region.
const LOAD_ATTEMPTS: usize = 2;

/// Keeps the last good plan, and refreshes it in the background.
///
/// A clone is another handle to the same cell. Refreshes run as tokio tasks, so [`load`](Self::load)
/// and [`current`](Self::current) need a tokio runtime. A current-thread runtime is enough.
#[derive(Clone)]
pub struct PlanCell {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn PlanStore>,
    clock: Arc<dyn Clock>,
    refresh: Refresh,
    fallback: Option<Arc<Plan>>,
    defaults: ReleaseDefaults,
    allow: Allow,
    state: Mutex<State>,
}

/// The plan that one request gets, and how fresh it is.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The plan. `None` only with [`Freshness::None`].
    pub plan: Option<Arc<Plan>>,
    /// How fresh the plan is.
    pub freshness: Freshness,
    /// The time since its read began. `None` for a fallback, or if the clock was set back before the
    /// read.
    pub age: Option<Duration>,
    /// One word for the last failed refresh, if none has succeeded since: the kind of the store's error,
    /// or why the text is not a valid plan.
    pub problem: Option<&'static str>,
    /// How long this request waited for a refresh. [`Refresh::budget`] limits it.
    pub waited: Duration,
}

impl Snapshot {
    /// The plan's revision, for the log.
    #[must_use]
    pub fn revision(&self) -> Option<u64> {
        self.plan.as_ref().map(|plan| plan.revision())
    }

    /// The plan in the form that `routing_core::decide` expects.
    #[must_use]
    pub fn source(&self) -> Option<Source<'_>> {
        let plan = self.plan.as_deref()?;
        match self.freshness {
            Freshness::Fresh | Freshness::Stale | Freshness::Expired => Some(Source::Stored(plan)),
            Freshness::Fallback => Some(Source::Fallback(plan)),
            Freshness::None => None,
        }
    }
}

impl PlanCell {
    /// An empty cell. It reads nothing before [`load`](Self::load) or [`current`](Self::current).
    #[must_use]
    pub fn new(store: Arc<dyn PlanStore>, settings: Settings, clock: Arc<dyn Clock>) -> Self {
        let Settings { refresh, fallback, release_defaults: defaults, allow, seed } = settings;
        let state = Mutex::new(State::new(refresh, seed));
        let fallback = fallback.map(Arc::new);
        Self {
            shared: Arc::new(Shared { store, clock, refresh, fallback, defaults, allow, state }),
        }
    }

    /// Reads the plan during init. Waits at most three budgets. If the first read fails within that
    /// time, reads once more.
    pub async fn load(&self) -> Snapshot {
        let start = Instant::now();
        let end = start + self.shared.refresh.limit();
        for _ in 0..LOAD_ATTEMPTS {
            self.shared.refresh_now().wait_until(end).await;
            let loaded = self.shared.snapshot(start.elapsed());
            if loaded.freshness == Freshness::Fresh {
                return loaded;
            }
        }
        self.shared.snapshot(start.elapsed())
    }

    /// The plan for one request.
    ///
    /// A fresh or stale plan is returned at once; a stale one also starts a refresh in the background.
    /// If the plan has expired, or there is none, the request waits for the refresh: at most until the
    /// budget, counted from the beginning of the refresh, is used up. After a failure the store is not
    /// read, and so no request waits, for 1 s, doubling up to 30 s.
    ///
    /// It is a failure, too, if a request waited in vain for a refresh that was then frozen with its
    /// environment. Requests wait longer for the next refresh, once: see [`Refresh::budget`].
    pub async fn current(&self) -> Snapshot {
        self.after(self.shared.refresh_if_due(self.shared.clock.now())).await
    }

    /// The plan for a request that knows of a newer one: reads the plan again even if it is fresh.
    ///
    /// Waits as [`current`](Self::current) does. The store is not read within 1 s of the last read, nor
    /// during a back-off, so that forged requests cannot use up the store's throughput.
    pub async fn renewed(&self) -> Snapshot {
        self.after(self.shared.refresh_again(self.shared.clock.now())).await
    }

    /// For diagnostics: the current plan, without starting a refresh.
    #[must_use]
    pub fn known(&self) -> Snapshot {
        self.shared.snapshot(Duration::ZERO)
    }

    async fn after(&self, attempt: Option<Attempt>) -> Snapshot {
        let waited = match attempt {
            Some(attempt) => {
                let waited = attempt.clone().wait_until(attempt.deadline).await;
                self.shared.state().stop_waiting(&attempt);
                waited
            }
            None => Duration::ZERO,
        };
        self.shared.snapshot(waited)
    }
}

impl Shared {
    /// Starts a refresh even during a back-off, or joins the one that is running.
    fn refresh_now(self: &Arc<Self>) -> Attempt {
        let now = self.clock.now();
        self.join_or_start(&mut self.state_at(now), now)
    }

    /// Starts a refresh if one is due. Returns the attempt if the request must wait for it.
    fn refresh_if_due(self: &Arc<Self>, now: Timestamp) -> Option<Attempt> {
        let mut state = self.state_at(now);
        let freshness = state.freshness(now, Freshness::None);
        if freshness == Freshness::Fresh || state.backs_off(now) {
            return None;
        }
        let attempt = self.join_or_start(&mut state, now);
        match freshness {
            Freshness::Fresh | Freshness::Stale => None,
            Freshness::Expired | Freshness::Fallback | Freshness::None => Some(attempt),
        }
    }

    /// Starts a refresh even if the plan is fresh, unless it was just read.
    fn refresh_again(self: &Arc<Self>, now: Timestamp) -> Option<Attempt> {
        let mut state = self.state_at(now);
        let forbidden = state.backs_off(now) || state.was_just_read(now);
        (!forbidden).then(|| self.join_or_start(&mut state, now))
    }

    fn join_or_start(self: &Arc<Self>, state: &mut State, now: Timestamp) -> Attempt {
        if let Some(attempt) = state.running() {
            return attempt.clone();
        }
        let (attempt, finished) = state.begin(now);
        tokio::spawn(Arc::clone(self).run(attempt.clone(), finished));
        attempt
    }

    /// Runs one attempt. Dropping `finished` at its end wakes the requests that wait.
    async fn run(self: Arc<Self>, attempt: Attempt, finished: watch::Sender<()>) {
        let result =
            attempt::read_plan(&*self.store, &self.defaults, &self.allow, self.refresh.limit())
                .await;
        let outcome = self.state().finish(&attempt, result, self.clock.now());
        match outcome {
            Outcome::Failed(failed) => self.report(&failed),
            Outcome::Refreshed | Outcome::TooLate => {}
        }
        drop(finished);
    }

    fn report(&self, FailedAttempt { failure, failures, backoff }: &FailedAttempt) {
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
        let without = self.fallback.as_ref().map_or(Freshness::None, |_| Freshness::Fallback);
        let state = self.state();
        let (freshness, problem) = (state.freshness(now, without), state.problem());
        match state.good(now) {
            Some((plan, age)) => {
                Snapshot { plan: Some(Arc::clone(plan)), freshness, age, problem, waited }
            }
            None => Snapshot { plan: self.fallback.clone(), freshness, age: None, problem, waited },
        }
    }

    /// The state at `now`, without an attempt that was frozen.
    fn state_at(&self, now: Timestamp) -> MutexGuard<'_, State> {
        let mut state = self.state();
        if let Some(failed) = state.drop_frozen(now) {
            self.report(&failed);
        }
        state
    }

    /// Poison is ignored: nothing panics while it holds the lock, and each step leaves a valid state.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
