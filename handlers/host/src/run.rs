use lambda_runtime::{Diagnostic, Error, LambdaEvent, Runtime, service_fn};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use serde_json::value::RawValue;
use tokio::signal::unix::{SignalKind, signal};

use edge_event::Event;

use crate::deps::Deps;
use crate::guard::guard;
use crate::log::{self, Handled};

/// Whether a function reads the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plans {
    /// It does, from the parameter that its configuration names, and loads it during init.
    #[cfg(feature = "ssm")]
    Read,
    /// It works from what the functions before it stamped.
    Ignored,
}

/// Runs `handler` as a Lambda function until the process is told to end.
///
/// Loads the configuration and the plan before it asks for the first event.
///
/// # Errors
/// When the Lambda Runtime API cannot be reached any more.
pub async fn run<H>(plans: Plans, handler: H) -> Result<(), Error>
where
    H: AsyncFn(Event, &Deps) -> Handled,
{
    make_stdio_blocking();
    log::init();
    let deps = Deps::from_environment(plans).await;
    let serve = Runtime::new(service_fn(async |event: LambdaEvent<Box<RawValue>>| {
        guard(&event.payload, async |event| handler(event, &deps).await).await.map_err(|error| {
            Diagnostic { error_type: "NotAnEvent".into(), error_message: error.to_string() }
        })
    }));
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        ended = serve.run() => ended,
        _ = terminate.recv() => Ok(()),
    }
}

/// Node.js can leave the pipes that it shared with us non-blocking; a full one would then fail a write.
fn make_stdio_blocking() {
    for descriptor in [rustix::stdio::stdin(), rustix::stdio::stdout(), rustix::stdio::stderr()] {
        if let Ok(flags) = fcntl_getfl(descriptor) {
            // A descriptor that is closed needs no flag.
            let _ = fcntl_setfl(descriptor, flags.difference(OFlags::NONBLOCK));
        }
    }
}
