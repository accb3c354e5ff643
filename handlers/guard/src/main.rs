//! The guard as a Lambda process.

use std::env;
use std::path::PathBuf;

use edgeswitch::{Account, Failure, Unattended};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use mimalloc::MiMalloc;
use serde_json::value::RawValue;
use tracing::Metadata;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// Used because an invocation takes twice as long with musl's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The name of the file beside `bootstrap`.
const PACKAGED: &str = "edgeswitch.toml";
/// The variable that names another file, for local runs.
const VARIABLE: &str = "EDGESWITCH_CONFIG";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log();
    let guard = Unattended::of(&config()).map_err(|error| unusable(error.as_ref()))?;
    let account = Account::from_env().await;
    run(service_fn(async |event: LambdaEvent<Box<RawValue>>| {
        let limits = guard::limits(&event.context);
        guard::handle(&guard, &account, event.payload.get(), limits).await
    }))
    .await
}

/// Logs JSON lines. A run with trouble has written its own line, so the runtime does not repeat its error.
fn log() {
    let lines = fmt::layer().json().flatten_event(true).with_target(false);
    let once = filter_fn(|metadata| !is_repeated(metadata));
    tracing_subscriber::registry().with(LevelFilter::INFO).with(lines.with_filter(once)).init();
}

/// Whether the runtime logs the handler's error. If the handler has panicked, the line has a field `error`.
fn is_repeated(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "lambda_runtime::layers::panic"
        && metadata.fields().field("error").is_none()
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
