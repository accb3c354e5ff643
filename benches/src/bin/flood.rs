//! Fills the pipes as a function with a verbose log level does: each invocation prints four megabytes to
//! standard output and to standard error. Then it returns the request of the event.

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

/// Makes the pipes blocking. A runtime that used its output before the exec leaves them non-blocking, and
/// then a write to a full pipe fails.
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
