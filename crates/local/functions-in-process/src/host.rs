use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use cloudfront_sim::{EdgeLocation, Function, FunctionHost};
use edge_config::Config;
use edge_event::Trigger;
use plan_store::Snapshot;

use crate::environment::{EdgeFunction, Environment, Handler};

type Start = dyn Fn(&EdgeLocation, Trigger) -> Environment + Send + Sync;

/// The three functions in this process.
///
/// Each edge location has one execution environment for each trigger, with its own plan cell, which is loaded
/// before the first event. Unlike in Lambda, an environment handles several events at once. Log lines go to
/// this process's `tracing` subscriber.
pub struct InProcess {
    config: Config,
    start: Arc<Start>,
    functions: Mutex<BTreeMap<(EdgeLocation, Trigger), Arc<EdgeFunction>>>,
}

impl InProcess {
    /// Runs the functions with `config`. `environment` makes the surroundings of each one.
    #[must_use]
    pub fn new(
        config: Config,
        environment: impl Fn(&EdgeLocation, Trigger) -> Environment + Send + Sync + 'static,
    ) -> Self {
        Self { config, start: Arc::new(environment), functions: Mutex::default() }
    }

    /// Ends the environment of `trigger` at `edge`, as Lambda does from time to time. The next event starts a
    /// new one.
    pub fn recycle(&self, edge: &EdgeLocation, trigger: Trigger) {
        if let Some(function) = self.at(edge, trigger) {
            function.recycle();
        }
    }

    /// The plan in the environment of `trigger` at `edge`. `None` before its first event, and for a function
    /// that never reads the plan.
    #[must_use]
    pub fn known(&self, edge: &EdgeLocation, trigger: Trigger) -> Option<Snapshot> {
        self.at(edge, trigger)?.known()
    }

    fn at(&self, edge: &EdgeLocation, trigger: Trigger) -> Option<Arc<EdgeFunction>> {
        let handler = Handler::of(trigger)?;
        let mut functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        let function = functions.entry((edge.clone(), trigger)).or_insert_with(|| {
            let (config, start, edge) =
                (self.config.clone(), Arc::clone(&self.start), edge.clone());
            let environment = move || (config.clone(), start(&edge, trigger));
            Arc::new(EdgeFunction::new(handler, environment))
        });
        Some(Arc::clone(function))
    }
}

impl FunctionHost for InProcess {
    fn function(&self, edge: &EdgeLocation, trigger: Trigger) -> Option<Arc<dyn Function>> {
        let function = self.at(edge, trigger)?;
        Some(function)
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").field("config", &self.config).finish_non_exhaustive()
    }
}
