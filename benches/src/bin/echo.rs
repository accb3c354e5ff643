//! The smallest function on `lambda_runtime`: it returns the request of the event.
//! The benchmarks compare the real functions with it, and the package tests use it.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use mimalloc::MiMalloc;
use serde_json::Value;

/// The allocator of the real functions, so that the comparison is fair.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(echo)).await
}

async fn echo(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let request = event.payload.pointer("/Records/0/cf/request").cloned();
    request.ok_or_else(|| "the event has no `Records[0].cf.request`".into())
}
