//! The guard as a Lambda process.

use std::env;
use std::path::PathBuf;

use edgeswitch::{Account, Failure, Unattended};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use mimalloc::MiMalloc;
use serde_json::value::RawValue;

/// Used because an invocation takes twice as long with musl's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The name of the file beside `bootstrap`.
const PACKAGED: &str = "edgeswitch.toml";
/// The variable that names another file, for local runs.
const VARIABLE: &str = "EDGESWITCH_CONFIG";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt().json().flatten_event(true).with_target(false).init();
    let guard = Unattended::of(&config()).map_err(|error| unusable(error.as_ref()))?;
    let account = Account::from_env().await;
    run(service_fn(async |event: LambdaEvent<Box<RawValue>>| {
        guard::handle(&guard, &account, event.payload.get()).await
    }))
    .await
}

fn config() -> PathBuf {
    if let Some(path) = env::var_os(VARIABLE) {
        return path.into();
    }
    env::var_os("LAMBDA_TASK_ROOT").map(PathBuf::from).unwrap_or_default().join(PACKAGED)
}

fn unusable(error: &dyn Failure) -> String {
    let hint = error.hint().unwrap_or_default();
    tracing::error!(%error, hint, "no usable configuration");
    error.to_string()
}
