//! The `origin-request` function as a Lambda process.

use lambda_runtime::Error;
use mimalloc::MiMalloc;
use plan_store_ssm::SsmStore;

/// Used because an invocation takes twice as long with musl's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_host::run_with_plan(
        async |config| SsmStore::from_env(config.parameter.clone(), config.refresh).await,
        origin_request::handle,
    )
    .await
}
