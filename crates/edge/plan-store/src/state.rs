use std::sync::Arc;
use std::time::Duration;

use edge_time::Timestamp;
use routing_core::Plan;
use tokio::sync::watch;

use crate::flight::{Failure, Flight};
use crate::jitter::Jitter;
use crate::rung::Rung;
use plan_format::Refresh;

const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);
/// A plan that was read less than this ago is not read again, whoever asks.
const NEW: Duration = Duration::from_secs(1);

/// What a cell knows: every rule of freshness, with the time as an argument.
#[derive(Debug)]
pub(crate) struct State {
    refresh: Refresh,
    jitter: Jitter,
    good: Option<Good>,
    trouble: Option<Trouble>,
    flight: Option<Flight>,
    flights: u64,
    /// The number of the last flight that a request waited for in vain.
    missed: Option<u64>,
    /// How long requests wait for the next flight.
    patience: Duration,
}

/// The last good plan.
#[derive(Debug)]
struct Good {
    plan: Arc<Plan>,
    flight: u64,
    /// When its read began: what the plan said then, at least, it says.
    read_at: Timestamp,
    soft_ttl: Duration,
}

/// The failures since the last good plan.
#[derive(Debug, Clone, Copy)]
struct Trouble {
    failures: u32,
    at: Timestamp,
    backoff: Duration,
    problem: &'static str,
}

/// What became of a flight.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Landing {
    /// It brought the newest plan.
    Good,
    /// It failed.
    Failed(Setback),
    /// It was overtaken, or frozen on the way: what it says no longer counts.
    Late,
}

/// A failed flight: why, how many in a row, and how long until the next may begin.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Setback {
    pub(crate) failure: Failure,
    pub(crate) failures: u32,
    pub(crate) backoff: Duration,
}

impl State {
    pub(crate) fn new(refresh: Refresh, seed: u64) -> Self {
        let jitter = Jitter::new(seed);
        Self {
            refresh,
            jitter,
            good: None,
            trouble: None,
            flight: None,
            flights: 0,
            missed: None,
            patience: refresh.budget,
        }
    }

    /// The last good plan and its age; no age while the clock stands before its read.
    pub(crate) fn good(&self, now: Timestamp) -> Option<(&Arc<Plan>, Option<Duration>)> {
        self.good.as_ref().map(|good| (&good.plan, elapsed(good.read_at, now)))
    }

    /// The word of the last failure, if nothing has succeeded since.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        self.trouble.map(|trouble| trouble.problem)
    }

    /// How good the plan is now. `without` is the rung while there is none.
    pub(crate) fn rung(&self, now: Timestamp, without: Rung) -> Rung {
        let Some(good) = &self.good else { return without };
        match elapsed(good.read_at, now) {
            Some(age) if age >= self.refresh.hard_ttl => Rung::Expired,
            Some(age) if age < good.soft_ttl => Rung::Fresh,
            // A clock that was set back says nothing about the age.
            Some(_) | None => Rung::Stale,
        }
    }

    /// Whether failures forbid a refresh now.
    pub(crate) fn backs_off(&self, now: Timestamp) -> bool {
        self.trouble.is_some_and(|Trouble { at, backoff, .. }| {
            elapsed(at, now).is_some_and(|since| since < backoff)
        })
    }

    /// Whether the plan was read less than [`NEW`] ago.
    pub(crate) fn is_new(&self, now: Timestamp) -> bool {
        self.good(now).is_some_and(|(_, age)| age.is_some_and(|age| age < NEW))
    }

    /// The flight that is under way.
    pub(crate) fn flight(&self) -> Option<&Flight> {
        self.flight.as_ref()
    }

    /// Gives up a flight that was frozen with its environment.
    ///
    /// If a request waited for it in vain, it failed. If none did, nothing speaks against the store.
    pub(crate) fn give_up_lost(&mut self, now: Timestamp) -> Option<Setback> {
        let longest = self.longest();
        let lost = self.flight.take_if(|flight| !is_within(longest, flight.begun, now))?;
        self.is_missed(&lost).then(|| self.lose(&lost, Failure::lost()))
    }

    /// Takes note that a request waited for a flight until its patience ran out, unless it has landed.
    pub(crate) fn miss(&mut self, flight: &Flight) {
        if self.is_latest(flight) {
            self.missed = Some(flight.number);
        }
    }

    /// Begins a flight. What is returned beside it is dropped when it lands.
    pub(crate) fn take_off(&mut self, now: Timestamp) -> (Flight, watch::Sender<()>) {
        self.flights += 1;
        let patience = std::mem::replace(&mut self.patience, self.refresh.budget);
        let (flight, landed) = Flight::new(self.flights, now, patience);
        self.flight = Some(flight.clone());
        (flight, landed)
    }

    /// Takes in what a flight brought.
    pub(crate) fn land(
        &mut self,
        flight: &Flight,
        result: Result<Plan, Failure>,
        now: Timestamp,
    ) -> Landing {
        let latest = self.is_latest(flight);
        if latest {
            self.flight = None;
        }
        match result {
            Ok(plan) => self.land_good(flight, plan),
            Err(_) if !latest => Landing::Late,
            Err(failure) if is_within(self.longest(), flight.begun, now) => {
                Landing::Failed(self.fail(failure, now))
            }
            Err(failure) if self.is_missed(flight) => Landing::Failed(self.lose(flight, failure)),
            Err(_) => Landing::Late,
        }
    }

    fn land_good(&mut self, flight: &Flight, plan: Plan) -> Landing {
        if self.good.as_ref().is_some_and(|good| good.flight > flight.number) {
            return Landing::Late;
        }
        self.good = Some(Good {
            plan: Arc::new(plan),
            flight: flight.number,
            read_at: flight.begun,
            soft_ttl: self.jitter.around(self.refresh.soft_ttl),
        });
        self.trouble = None;
        self.patience = self.refresh.budget;
        Landing::Good
    }

    /// A lost flight failed when its time was up, however long the environment was frozen.
    ///
    /// A far Region may need more than the budget, so the next flight is waited for longer; not the one
    /// after that, or an outage would cost that much at every attempt.
    fn lose(&mut self, flight: &Flight, failure: Failure) -> Setback {
        if flight.patience == self.refresh.budget {
            self.patience = self.refresh.patience();
        }
        let Timestamp(begun) = flight.begun;
        let limit = i64::try_from(self.refresh.limit().as_millis()).unwrap_or(i64::MAX);
        self.fail(failure, Timestamp(begun.saturating_add(limit)))
    }

    fn fail(&mut self, failure: Failure, at: Timestamp) -> Setback {
        let failures = self.trouble.map_or(0, |trouble| trouble.failures).saturating_add(1);
        let doubled = FIRST_BACKOFF.saturating_mul(1 << (failures - 1).min(5));
        let backoff = self.jitter.around(doubled.min(LONGEST_BACKOFF));
        self.trouble = Some(Trouble { failures, at, backoff, problem: failure.as_str() });
        Setback { failure, failures, backoff }
    }

    fn is_latest(&self, flight: &Flight) -> bool {
        self.flight.as_ref().is_some_and(|latest| latest.number == flight.number)
    }

    fn is_missed(&self, flight: &Flight) -> bool {
        self.missed == Some(flight.number)
    }

    /// A flight ends at the refresh's limit. One that is older by the clock was frozen with its
    /// environment: it may still land, but nobody counts on it. The budget on top is slack.
    fn longest(&self) -> Duration {
        self.refresh.limit() + self.refresh.budget
    }
}

/// Whether at most `longest` has passed; not when the clock was set back.
fn is_within(longest: Duration, begun: Timestamp, now: Timestamp) -> bool {
    elapsed(begun, now).is_some_and(|age| age <= longest)
}

/// The time since `then`; none when the clock was set back before it.
fn elapsed(Timestamp(then): Timestamp, Timestamp(now): Timestamp) -> Option<Duration> {
    u64::try_from(now.saturating_sub(then)).ok().map(Duration::from_millis)
}
