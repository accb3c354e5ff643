//! The `origin-request` function as a Lambda process.

use edge_host::Plans;
use lambda_runtime::Error;
use mimalloc::MiMalloc;

/// musl's own allocator doubles the time of an invocation.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    edge_host::run(Plans::Read, origin_request::handle).await
}
