use std::sync::Arc;

use edge_config::Config;
use edge_event::Event;
use edge_time::{ManualClock, Timestamp};
use lambda_host::{Deps, Handled, fail_open};
use plan_store::{MemoryStore, StoreError, StoreErrorKind};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::package::Function;

/// The jitter of a plan that is read once does not matter.
const SEED: u64 = 0;

/// The functions in this process, with the configuration and the plan that the deployed ones have.
pub(crate) struct Here<'a> {
    pub(crate) config: &'a Config,
    /// The parameter's value, if there is one.
    pub(crate) plan: Option<&'a str>,
}

impl Here<'_> {
    /// The answer to an event at a time.
    ///
    /// # Errors
    /// When the event is not one of CloudFront.
    pub(crate) async fn answer(
        &self,
        function: Function,
        event: &Value,
        at: Timestamp,
    ) -> serde_json::Result<Value> {
        let deps = self.deps(function, at);
        deps.load().await;
        let payload: Box<RawValue> = serde_json::value::to_raw_value(event)?;
        let handle = async |event| handle(function, event, &deps).await;
        let reply = fail_open(&payload, handle).await.map_err(serde::ser::Error::custom)?;
        serde_json::to_value(reply)
    }

    /// origin-response never reads the plan.
    fn deps(&self, function: Function, at: Timestamp) -> Deps {
        let clock = Arc::new(ManualClock::new(at));
        match function {
            Function::ViewerRequest | Function::OriginRequest => {
                Deps::seeded(self.config.clone(), Arc::new(self.store()), clock, SEED)
            }
            Function::OriginResponse => Deps::without_plan(self.config.clone(), clock),
        }
    }

    fn store(&self) -> MemoryStore {
        let store = MemoryStore::new(self.plan.unwrap_or_default());
        if self.plan.is_none() {
            store.fail(StoreError::new(StoreErrorKind::Missing, "there is no plan"));
        }
        store
    }
}

async fn handle(function: Function, event: Event, deps: &Deps) -> Handled {
    match function {
        Function::ViewerRequest => viewer_request::handle(event, deps).await,
        Function::OriginRequest => origin_request::handle(event, deps).await,
        Function::OriginResponse => origin_response::handle(event, deps).await,
    }
}
