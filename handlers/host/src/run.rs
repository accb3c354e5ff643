use std::sync::Arc;

use edge_config::Config;
use edge_event::Event;
use edge_time::SystemClock;
use lambda_runtime::{Diagnostic, Error, LambdaEvent, Runtime, service_fn};
use plan_store::PlanStore;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use serde_json::value::RawValue;
use tokio::signal::unix::{SignalKind, signal};

use crate::config_file;
use crate::deps::Deps;
use crate::fail_open::fail_open;
use crate::log::{self, Handled};

/// Runs a handler that reads its plan from `store`, until the process gets SIGTERM.
///
/// Loads the configuration and the plan before it asks for the first event. Without a usable
/// configuration everything passes through: a site without edgeswitch is better than no site.
///
/// # Errors
/// If the Lambda Runtime API cannot be reached any more.
pub async fn run_with_plan<S, H>(
    store: impl AsyncFnOnce(&Config) -> S,
    handler: H,
) -> Result<(), Error>
where
    S: PlanStore + 'static,
    H: AsyncFn(Event, &Deps) -> Handled,
{
    let deps = match init() {
        Some(config) => {
            let store = store(&config).await;
            let deps = Deps::new(config, Arc::new(store), Arc::new(SystemClock));
            deps.load().await;
            deps
        }
        None => Deps::without_config(),
    };
    serve(&deps, handler).await
}

/// Runs a handler that never reads the plan: the stamps of the earlier functions are enough.
///
/// # Errors
/// If the Lambda Runtime API cannot be reached any more.
pub async fn run_without_plan<H>(handler: H) -> Result<(), Error>
where
    H: AsyncFn(Event, &Deps) -> Handled,
{
    let with_config = |config| Deps::without_plan(config, Arc::new(SystemClock));
    let deps = init().map_or_else(Deps::without_config, with_config);
    serve(&deps, handler).await
}

/// Prepares the process and reads its configuration.
fn init() -> Option<Config> {
    make_stdio_blocking();
    log::init();
    match config_file::load() {
        Ok(config) => Some(config),
        Err(error) => {
            tracing::error!(%error, "no usable configuration: everything passes through");
            None
        }
    }
}

async fn serve<H>(deps: &Deps, handler: H) -> Result<(), Error>
where
    H: AsyncFn(Event, &Deps) -> Handled,
{
    let serve = Runtime::new(service_fn(async |event: LambdaEvent<Box<RawValue>>| {
        let reply = fail_open(&event.payload, async |event| handler(event, deps).await).await;
        reply.map_err(|error| Diagnostic {
            error_type: "NotAnEvent".into(),
            error_message: error.to_string(),
        })
    }));
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        ended = serve.run() => ended,
        _ = terminate.recv() => Ok(()),
    }
}

/// Node.js can leave the pipes that we inherit non-blocking. A write to a full pipe would then fail.
fn make_stdio_blocking() {
    for descriptor in [rustix::stdio::stdin(), rustix::stdio::stdout(), rustix::stdio::stderr()] {
        if let Ok(flags) = fcntl_getfl(descriptor) {
            // It fails only for a closed descriptor, which needs no flag.
            let _ = fcntl_setfl(descriptor, flags.difference(OFlags::NONBLOCK));
        }
    }
}
