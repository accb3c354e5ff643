use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use cloudfront_sim::{Function, FunctionError, Invocation};
use edge_config::Config;
use edge_event::{Event, Trigger};
use edge_time::Clock;
use lambda_host::{Deps, Handled, fail_open};
use plan_store::{PlanStore, Snapshot};
use serde_json::value::RawValue;
use tokio::sync::OnceCell;

/// The surroundings of an execution environment.
pub struct Environment {
    /// The store to read the plan from.
    pub store: Arc<dyn PlanStore>,
    pub clock: Arc<dyn Clock>,
    /// Seeds the jitter of the soft TTL.
    pub seed: u64,
}

/// A trigger that one of our functions handles.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Handler {
    ViewerRequest,
    OriginRequest,
    OriginResponse,
}

impl Handler {
    /// The handler of `trigger`; `None` for viewer-response.
    pub(crate) fn of(trigger: Trigger) -> Option<Self> {
        match trigger {
            Trigger::ViewerRequest => Some(Self::ViewerRequest),
            Trigger::OriginRequest => Some(Self::OriginRequest),
            Trigger::OriginResponse => Some(Self::OriginResponse),
            Trigger::ViewerResponse => None,
        }
    }

    async fn handle(self, event: Event, deps: &Deps) -> Handled {
        match self {
            Self::ViewerRequest => viewer_request::handle(event, deps).await,
            Self::OriginRequest => origin_request::handle(event, deps).await,
            Self::OriginResponse => origin_response::handle(event, deps).await,
        }
    }

    /// origin-response never reads the plan.
    fn deps(self, config: Config, environment: Environment) -> Deps {
        let Environment { store, clock, seed } = environment;
        match self {
            Self::ViewerRequest | Self::OriginRequest => Deps::seeded(config, store, clock, seed),
            Self::OriginResponse => Deps::without_plan(config, clock),
        }
    }
}

/// A function at one edge location, with its current execution environment. The first event starts the
/// environment.
pub(crate) struct EdgeFunction {
    handler: Handler,
    start: Box<dyn Fn() -> (Config, Environment) + Send + Sync>,
    started: Mutex<Arc<OnceCell<Deps>>>,
}

impl EdgeFunction {
    pub(crate) fn new(
        handler: Handler,
        start: impl Fn() -> (Config, Environment) + Send + Sync + 'static,
    ) -> Self {
        Self { handler, start: Box::new(start), started: Mutex::default() }
    }

    /// Ends the environment. The next event starts a new one.
    pub(crate) fn recycle(&self) {
        *self.started.lock().unwrap_or_else(PoisonError::into_inner) = Arc::default();
    }

    /// The plan in the current environment; `None` before it has started.
    pub(crate) fn known(&self) -> Option<Snapshot> {
        let cell = Arc::clone(&self.started.lock().unwrap_or_else(PoisonError::into_inner));
        cell.get()?.known()
    }

    async fn run(&self, event: &[u8]) -> Result<Bytes, FunctionError> {
        let failed = |problem: String| FunctionError::Failed(problem);
        let payload: &RawValue =
            serde_json::from_slice(event).map_err(|error| failed(error.to_string()))?;
        let cell = Arc::clone(&self.started.lock().unwrap_or_else(PoisonError::into_inner));
        let deps = cell.get_or_init(async || self.init().await).await;
        let reply = fail_open(payload, async |event| self.handler.handle(event, deps).await).await;
        let reply = reply.map_err(|error| failed(error.to_string()))?;
        let json = serde_json::to_vec(&reply).map_err(|error| failed(error.to_string()))?;
        Ok(json.into())
    }

    /// Like Lambda's init phase: reads the plan before the first event.
    async fn init(&self) -> Deps {
        let (config, environment) = (self.start)();
        let deps = self.handler.deps(config, environment);
        deps.load().await;
        deps
    }
}

impl Function for EdgeFunction {
    fn invoke(&self, event: Bytes) -> Invocation<'_> {
        Box::pin(async move { self.run(&event).await })
    }
}
