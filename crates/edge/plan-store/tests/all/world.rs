//! A cell with a virtual clock and a scripted store.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use edge_time::{Clock, Timestamp};
use plan_format::{Refresh, ReleaseDefaults, parse};
use plan_store::{Fetch, PlanCell, PlanStore, Settings, StoreError, StoreErrorKind};
use routing_core::Plan;
use tokio::time::sleep;
use virtual_clock::VirtualClock;

use crate::log::listen;

pub(crate) const SOFT: Duration = Duration::from_secs(10);
pub(crate) const HARD: Duration = Duration::from_secs(30);
pub(crate) const BUDGET: Duration = Duration::from_millis(500);
pub(crate) const LIMIT: Duration = Duration::from_millis(1500);

/// How the store answers from now on.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Text(String),
    Slow(Duration, String),
    Fail(StoreErrorKind),
    Hang,
    Panic,
}

/// The text of a plan with this revision.
pub(crate) fn plan_text(revision: u64) -> String {
    format!(
        r#"{{"schema":1,"revision":{revision},"releases":{{"r{revision}":{{"prefix":"/r{revision}"}}}},
           "rollout":"0","stages":[{{"from":"2026-11-22T09:00:00Z","weights":[["r{revision}",1]]}}]}}"#
    )
}

pub(crate) fn plan(revision: u64) -> Plan {
    parse(&plan_text(revision), &ReleaseDefaults::default()).unwrap()
}

#[derive(Debug)]
pub(crate) struct Scripted {
    answer: Mutex<Answer>,
    reads: AtomicUsize,
}

impl PlanStore for Scripted {
    fn name(&self) -> &'static str {
        "/shop/plan"
    }

    fn fetch(&self) -> Fetch<'_> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let answer = self.answer.lock().unwrap().clone();
        Box::pin(async move {
            match answer {
                Answer::Text(text) => Ok(text),
                Answer::Slow(time, text) => {
                    sleep(time).await;
                    Ok(text)
                }
                Answer::Fail(kind) => Err(StoreError::new(kind, "scripted")),
                Answer::Hang => std::future::pending().await,
                Answer::Panic => std::panic::resume_unwind(Box::new("scripted")),
            }
        })
    }
}

pub(crate) struct World {
    pub(crate) cell: PlanCell,
    store: Arc<Scripted>,
    clock: VirtualClock,
}

impl World {
    pub(crate) fn new(fallback: Option<Plan>, answer: Answer) -> Self {
        listen();
        let store = Arc::new(Scripted { answer: Mutex::new(answer), reads: AtomicUsize::new(0) });
        let clock = VirtualClock::at(Timestamp(1_795_341_600_000));
        let refresh = Refresh { soft_ttl: SOFT, hard_ttl: HARD, budget: BUDGET };
        let settings = Settings { refresh, fallback, seed: 7, ..Settings::default() };
        let cell = PlanCell::new(Arc::clone(&store) as _, settings, Arc::new(clock.clone()));
        Self { cell, store, clock }
    }

    /// A world whose cell has just read revision 1.
    pub(crate) async fn loaded() -> Self {
        let world = Self::new(Some(plan(99)), Answer::Text(plan_text(1)));
        world.cell.load().await;
        world
    }

    pub(crate) fn answer(&self, answer: Answer) {
        *self.store.answer.lock().unwrap() = answer;
    }

    /// How often the store was read.
    pub(crate) fn reads(&self) -> usize {
        self.store.reads.load(Ordering::Relaxed)
    }

    /// The cell's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass. Background tasks run meanwhile.
    pub(crate) async fn pass(&self, time: Duration) {
        sleep(time).await;
    }

    /// Moves the clock, but runs no task and no timer. A negative time sets the clock back.
    pub(crate) fn freeze(&self, milliseconds: i64) {
        self.clock.freeze(milliseconds);
    }
}
