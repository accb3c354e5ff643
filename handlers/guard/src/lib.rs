//! The guard as a Lambda function: one event in, one log line out.
//!
//! `guard-rules` decides and `edgeswitch` carries out. This crate only hosts them.

use std::time::Duration;

use edge_time::{Clock, SystemClock};
use edgeswitch::{Cloud, GuardRun, Invoked, ReadLimits, Unattended};
use lambda_runtime::{Context, Diagnostic};
use serde_json::{Value, json};

/// How much of the logs a gate may read in this invocation: half of the time that is left, so that the rest of a run has the
/// other half.
#[must_use]
pub fn limits(context: &Context) -> ReadLimits {
    let now = u64::try_from(SystemClock.now().0).unwrap_or_default();
    let left = Duration::from_millis(context.deadline.saturating_sub(now));
    let megabytes = u64::try_from(context.env_config.memory).unwrap_or_default();
    ReadLimits::of_function(megabytes, left / 2)
}

/// Runs the guard for one event, and writes one log line.
///
/// # Errors
/// If a run had trouble, so that the function's metric `Errors` counts it. The next minute runs again.
pub async fn handle(
    guard: &Unattended,
    cloud: &dyn Cloud,
    payload: &str,
    limits: ReadLimits,
) -> Result<Value, Diagnostic> {
    match guard.invoke(cloud, &SystemClock, payload, limits).await {
        Invoked::Refused(reason) => {
            tracing::warn!(reason, "refused: nothing was read or written");
            Ok(json!({ "refused": reason }))
        }
        Invoked::Ran(run) if run.trouble.is_empty() => {
            let GuardRun { version, holds, gate, did, .. } = &run;
            tracing::info!(version, holds, gate, did = did.join("; "), "ran");
            Ok(json!(run))
        }
        Invoked::Ran(GuardRun { version, holds, gate, did, trouble }) => {
            let (did, trouble) = (did.join("; "), trouble.join("; "));
            tracing::error!(version, holds, gate, did, trouble, "ran with trouble");
            Err(Diagnostic { error_type: "Trouble".into(), error_message: trouble })
        }
    }
}
