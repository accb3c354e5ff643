//! The guard as a Lambda function: one event in, one log line out.
//!
//! `guard-rules` decides and `edgeswitch` carries out. This crate only hosts them.

use edge_time::SystemClock;
use edgeswitch::{Cloud, GuardRun, Invoked, Unattended};
use lambda_runtime::Diagnostic;
use serde_json::{Value, json};

/// Runs the guard for one event, and writes one log line.
///
/// # Errors
/// If a run had trouble, so that the function's metric `Errors` counts it. The next minute runs again.
pub async fn handle(
    guard: &Unattended,
    cloud: &dyn Cloud,
    payload: &str,
) -> Result<Value, Diagnostic> {
    match guard.invoke(cloud, &SystemClock, payload).await {
        Invoked::Refused(reason) => {
            tracing::warn!(reason, "refused: nothing was read or written");
            Ok(json!({ "refused": reason }))
        }
        Invoked::Ran(run) if run.trouble.is_empty() => {
            let GuardRun { version, holds, did, .. } = &run;
            tracing::info!(version, holds, did = did.join("; "), "ran");
            Ok(json!(run))
        }
        Invoked::Ran(GuardRun { version, holds, did, trouble }) => {
            let (did, trouble) = (did.join("; "), trouble.join("; "));
            tracing::error!(version, holds, did, trouble, "ran with trouble");
            Err(Diagnostic { error_type: "Trouble".into(), error_message: trouble })
        }
    }
}
