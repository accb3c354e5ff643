//! Prints four megabytes to standard output and to standard error in each invocation, then gives
//! back the request of the event: what a function under a verbose log level does to its pipes.

use std::io::{self, Write};

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

const LINE: &str = "every line of this flood has sixty-three characters and an end\n";
const LINES: usize = 4 * 1024 * 1024 / LINE.len();

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    block_on_full_pipes()?;
    lambda_runtime::run(service_fn(flood)).await
}

/// A runtime that touched its own output before the exec leaves the pipes non-blocking, and a
/// write to a full one then fails.
fn block_on_full_pipes() -> rustix::io::Result<()> {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    for pipe in [rustix::stdio::stdout(), rustix::stdio::stderr()] {
        fcntl_setfl(pipe, fcntl_getfl(pipe)? - OFlags::NONBLOCK)?;
    }
    Ok(())
}

async fn flood(event: LambdaEvent<Value>) -> Result<Value, Error> {
    pour(io::stdout().lock())?;
    pour(io::stderr().lock())?;
    let request = event.payload.pointer("/Records/0/cf/request").cloned();
    request.ok_or_else(|| "the event has no `Records[0].cf.request`".into())
}

fn pour(mut pipe: impl Write) -> io::Result<()> {
    for _ in 0..LINES {
        pipe.write_all(LINE.as_bytes())?;
    }
    pipe.flush()
}
