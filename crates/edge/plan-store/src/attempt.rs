use std::panic::AssertUnwindSafe;
use std::time::Duration;

use edge_time::Timestamp;
use futures_util::FutureExt;
use plan_format::{Allow, PlanProblem, ReleaseDefaults};
use routing_core::Plan;
use thiserror::Error;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use crate::store::{PlanStore, StoreError, StoreErrorKind};

/// A refresh that is running. A clone is another handle to the same attempt.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// Counts the attempts. The plan of a later attempt is at least as new.
    pub(crate) number: u64,
    /// When it began, by the clock.
    pub(crate) begun: Timestamp,
    /// How long requests wait for it, counted from its beginning.
    pub(crate) longest_wait: Duration,
    /// The end of that wait.
    pub(crate) deadline: Instant,
    finished: watch::Receiver<()>,
}

impl Attempt {
    /// Returns the attempt and a sender. Dropping the sender wakes all who wait for the attempt.
    pub(crate) fn new(
        number: u64,
        begun: Timestamp,
        longest_wait: Duration,
    ) -> (Self, watch::Sender<()>) {
        let (sender, finished) = watch::channel(());
        let deadline = Instant::now() + longest_wait;
        (Self { number, begun, longest_wait, deadline, finished }, sender)
    }

    /// Waits until the attempt finishes, at most until `deadline`. Returns how long that took.
    pub(crate) async fn wait_until(mut self, deadline: Instant) -> Duration {
        let start = Instant::now();
        // The channel carries no value: it closes when the attempt finishes. A timeout is no error.
        let _ = timeout_at(deadline, self.finished.changed()).await;
        start.elapsed()
    }
}

/// Why a refresh gave no plan.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Plan(#[from] PlanProblem),
}

impl Failure {
    /// The failure of an attempt that was frozen with its environment before the store answered.
    pub(crate) fn frozen() -> Self {
        store_failure(StoreErrorKind::Timeout, "no answer before the environment was frozen")
    }

    /// One word for the log.
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::Store(error) => error.kind.as_str(),
            Self::Plan(problem) => problem.as_str(),
        }
    }
}

/// Reads and checks the plan within `limit`. A panic of the store is a failure like any other.
pub(crate) async fn read_plan(
    store: &dyn PlanStore,
    defaults: &ReleaseDefaults,
    allow: &Allow,
    limit: Duration,
) -> Result<Plan, Failure> {
    let read = AssertUnwindSafe(async { store.fetch().await }).catch_unwind();
    let text = match timeout(limit, read).await {
        Ok(Ok(answer)) => answer?,
        Ok(Err(_)) => return Err(store_failure(StoreErrorKind::Panicked, "the read panicked")),
        Err(_) => {
            let detail = format!("no answer in {limit:?}");
            return Err(store_failure(StoreErrorKind::Timeout, &detail));
        }
    };
    let plan = plan_format::parse(&text, defaults)?;
    allow.check(&plan).map_err(PlanProblem::from)?;
    Ok(plan)
}

fn store_failure(kind: StoreErrorKind, detail: &str) -> Failure {
    StoreError::new(kind, detail).into()
}
