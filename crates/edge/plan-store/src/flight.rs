use std::panic::AssertUnwindSafe;
use std::time::Duration;

use edge_time::Timestamp;
use futures_util::FutureExt;
use plan_format::{PlanProblem, PrefixTemplate};
use routing_core::Plan;
use thiserror::Error;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use crate::store::{PlanStore, StoreError, StoreErrorKind};

/// A refresh that is under way.
#[derive(Debug, Clone)]
pub(crate) struct Flight {
    /// Counts the refreshes: a later one knows more.
    pub(crate) number: u64,
    /// When it began, by the clock.
    pub(crate) begun: Timestamp,
    /// How long requests wait for it, from its beginning.
    pub(crate) patience: Duration,
    /// Until when that is.
    pub(crate) deadline: Instant,
    landed: watch::Receiver<()>,
}

impl Flight {
    /// A flight, and what is dropped when it lands.
    pub(crate) fn new(
        number: u64,
        begun: Timestamp,
        patience: Duration,
    ) -> (Self, watch::Sender<()>) {
        let (sender, landed) = watch::channel(());
        let deadline = Instant::now() + patience;
        (Self { number, begun, patience, deadline, landed }, sender)
    }

    /// Waits until it lands, at most until `deadline`. Returns how long that took.
    pub(crate) async fn wait_until(mut self, deadline: Instant) -> Duration {
        let start = Instant::now();
        // The channel carries nothing: it closes on landing, and running out of time is no error.
        let _ = timeout_at(deadline, self.landed.changed()).await;
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
    /// What is said of a refresh that was frozen with its environment before an answer came.
    pub(crate) fn lost() -> Self {
        broken(StoreErrorKind::Timeout, "no answer before the environment was frozen")
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
pub(crate) async fn fly(
    store: &dyn PlanStore,
    template: &PrefixTemplate,
    limit: Duration,
) -> Result<Plan, Failure> {
    let read = AssertUnwindSafe(async { store.fetch().await }).catch_unwind();
    let text = match timeout(limit, read).await {
        Ok(Ok(answer)) => answer?,
        Ok(Err(_)) => return Err(broken(StoreErrorKind::Panicked, "the read panicked")),
        Err(_) => return Err(broken(StoreErrorKind::Timeout, &format!("no answer in {limit:?}"))),
    };
    Ok(plan_format::parse(&text, template)?)
}

fn broken(kind: StoreErrorKind, detail: &str) -> Failure {
    StoreError::new(kind, detail).into()
}
