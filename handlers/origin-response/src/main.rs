//! The `origin-response` function as a Lambda process.

use lambda_runtime::Error;
use mimalloc::MiMalloc;

/// Used because an invocation takes twice as long with musl's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_host::run_without_plan(origin_response::handle).await
}
