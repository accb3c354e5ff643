use std::sync::Arc;
use std::time::Duration;

use edge_time::Timestamp;
use plan_format::Refresh;
use routing_core::Plan;
use tokio::sync::watch;

use crate::attempt::{Attempt, Failure};
use crate::freshness::Freshness;
use crate::jitter::Jitter;

const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);
/// A plan is not read twice within this time, even if a request asks for a newer one.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// The state of a cell, and every rule of freshness. Time is always an argument.
#[derive(Debug)]
pub(crate) struct State {
    refresh: Refresh,
    jitter: Jitter,
    good: Option<GoodPlan>,
    failures: Option<Failures>,
    running: Option<Attempt>,
    attempts: u64,
    /// The number of the last attempt that was still running when a request gave up waiting for it.
    timed_out: Option<u64>,
    /// How long requests wait for the next attempt.
    longest_wait: Duration,
}

/// The last good plan.
#[derive(Debug)]
struct GoodPlan {
    plan: Arc<Plan>,
    attempt: u64,
    /// When the read began. The store may have changed since then, so the age counts from here.
    read_at: Timestamp,
    soft_ttl: Duration,
}

/// The failures since the last good plan.
#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last_at: Timestamp,
    backoff: Duration,
    problem: &'static str,
}

/// How an attempt ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It brought the newest plan.
    Refreshed,
    /// It failed.
    Failed(FailedAttempt),
    /// A later attempt was faster, or the environment was frozen meanwhile: the result is ignored.
    TooLate,
}

/// A failed attempt: why, how many failed in a row, and how long until the next may begin.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FailedAttempt {
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
            failures: None,
            running: None,
            attempts: 0,
            timed_out: None,
            longest_wait: refresh.budget,
        }
    }

    /// The last good plan and its age. The age is `None` if the clock was set back before the read.
    pub(crate) fn good(&self, now: Timestamp) -> Option<(&Arc<Plan>, Option<Duration>)> {
        self.good.as_ref().map(|good| (&good.plan, elapsed(good.read_at, now)))
    }

    /// One word for the last failure, if no refresh has succeeded since.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        self.failures.map(|failures| failures.problem)
    }

    /// How fresh the plan is now; `without_plan` if none has been read.
    pub(crate) fn freshness(&self, now: Timestamp, without_plan: Freshness) -> Freshness {
        let Some(good) = &self.good else { return without_plan };
        match elapsed(good.read_at, now) {
            Some(age) if age >= self.refresh.hard_ttl => Freshness::Expired,
            Some(age) if age < good.soft_ttl => Freshness::Fresh,
            // If the clock was set back, the age is unknown: read again, but do not wait.
            Some(_) | None => Freshness::Stale,
        }
    }

    /// Whether a refresh must wait because the last ones failed.
    pub(crate) fn backs_off(&self, now: Timestamp) -> bool {
        self.failures.is_some_and(|Failures { last_at, backoff, .. }| {
            elapsed(last_at, now).is_some_and(|since| since < backoff)
        })
    }

    /// Whether the plan was read less than [`SHORTEST_INTERVAL`] ago.
    pub(crate) fn was_just_read(&self, now: Timestamp) -> bool {
        self.good(now).is_some_and(|(_, age)| age.is_some_and(|age| age < SHORTEST_INTERVAL))
    }

    pub(crate) fn running(&self) -> Option<&Attempt> {
        self.running.as_ref()
    }

    /// Forgets the running attempt if it was frozen with its environment.
    ///
    /// It counts as a failure only if a request waited for it until the deadline. If no request did,
    /// the freeze explains the delay, and nothing speaks against the store.
    pub(crate) fn drop_frozen(&mut self, now: Timestamp) -> Option<FailedAttempt> {
        let longest = self.longest_run();
        let frozen = self.running.take_if(|attempt| !is_within(longest, attempt.begun, now))?;
        self.has_timed_out(&frozen).then(|| self.fail_frozen(&frozen, Failure::frozen()))
    }

    /// Notes that a request has stopped waiting for `attempt`, unless it has finished.
    pub(crate) fn stop_waiting(&mut self, attempt: &Attempt) {
        if self.is_running(attempt) {
            self.timed_out = Some(attempt.number);
        }
    }

    /// Begins an attempt. The caller drops the sender when the attempt has finished.
    pub(crate) fn begin(&mut self, now: Timestamp) -> (Attempt, watch::Sender<()>) {
        self.attempts += 1;
        let longest_wait = std::mem::replace(&mut self.longest_wait, self.refresh.budget);
        let (attempt, sender) = Attempt::new(self.attempts, now, longest_wait);
        self.running = Some(attempt.clone());
        (attempt, sender)
    }

    /// Takes the result of an attempt.
    pub(crate) fn finish(
        &mut self,
        attempt: &Attempt,
        result: Result<Plan, Failure>,
        now: Timestamp,
    ) -> Outcome {
        let latest = self.is_running(attempt);
        if latest {
            self.running = None;
        }
        match result {
            Ok(plan) => self.accept(attempt, plan),
            Err(_) if !latest => Outcome::TooLate,
            Err(failure) if is_within(self.longest_run(), attempt.begun, now) => {
                Outcome::Failed(self.fail(failure, now))
            }
            Err(failure) if self.has_timed_out(attempt) => {
                Outcome::Failed(self.fail_frozen(attempt, failure))
            }
            Err(_) => Outcome::TooLate,
        }
    }

    /// Keeps the plan of `attempt`, unless a later attempt has already brought one.
    fn accept(&mut self, attempt: &Attempt, plan: Plan) -> Outcome {
        if self.good.as_ref().is_some_and(|good| good.attempt > attempt.number) {
            return Outcome::TooLate;
        }
        self.good = Some(GoodPlan {
            plan: Arc::new(plan),
            attempt: attempt.number,
            read_at: attempt.begun,
            soft_ttl: self.jitter.around(self.refresh.soft_ttl),
        });
        self.failures = None;
        self.longest_wait = self.refresh.budget;
        Outcome::Refreshed
    }

    /// Records a failure at the time when the attempt would have ended without the freeze.
    ///
    /// A far Region may need more than the budget, so requests wait longer for the next attempt. The
    /// one after that gets the normal budget again: otherwise every attempt of an outage would take
    /// the longer wait.
    fn fail_frozen(&mut self, attempt: &Attempt, failure: Failure) -> FailedAttempt {
        if attempt.longest_wait == self.refresh.budget {
            self.longest_wait = self.refresh.longest_wait();
        }
        let Timestamp(begun) = attempt.begun;
        let limit = i64::try_from(self.refresh.limit().as_millis()).unwrap_or(i64::MAX);
        self.fail(failure, Timestamp(begun.saturating_add(limit)))
    }

    fn fail(&mut self, failure: Failure, at: Timestamp) -> FailedAttempt {
        let count = self.failures.map_or(0, |failures| failures.count).saturating_add(1);
        let doubled = FIRST_BACKOFF.saturating_mul(1 << (count - 1).min(5));
        let backoff = self.jitter.around(doubled.min(LONGEST_BACKOFF));
        self.failures = Some(Failures { count, last_at: at, backoff, problem: failure.as_str() });
        FailedAttempt { failure, failures: count, backoff }
    }

    fn is_running(&self, attempt: &Attempt) -> bool {
        self.running.as_ref().is_some_and(|running| running.number == attempt.number)
    }

    fn has_timed_out(&self, attempt: &Attempt) -> bool {
        self.timed_out == Some(attempt.number)
    }

    /// An attempt ends after `Refresh::limit`; the budget on top is slack. If it is older by the clock,
    /// its environment was frozen meanwhile. It may still bring a plan, but no request waits for it.
    fn longest_run(&self) -> Duration {
        self.refresh.limit() + self.refresh.budget
    }
}

/// Whether at most `longest` has passed since `begun`. False if the clock was set back.
fn is_within(longest: Duration, begun: Timestamp, now: Timestamp) -> bool {
    elapsed(begun, now).is_some_and(|age| age <= longest)
}

/// The time since `then`. `None` if the clock was set back before `then`.
fn elapsed(Timestamp(then): Timestamp, Timestamp(now): Timestamp) -> Option<Duration> {
    u64::try_from(now.saturating_sub(then)).ok().map(Duration::from_millis)
}
