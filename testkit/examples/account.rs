//! An AWS account on loopback, to try `edgeswitch deploy`, `attach` and the way back by hand: `make account`.
//!
//! ministack plays AWS's APIs, and Lambda's Invoke runs the uploaded packages under AWS's own runtime clients. Everything
//! is gone when Enter is pressed.

use std::io::{Write, stdin, stdout};

use anyhow::Result;
use testkit::{Gateway, Ministack, Tools};

fn main() -> Result<()> {
    let tools = Tools::find()?;
    let ministack = Ministack::start(&tools)?;
    let gateway = Gateway::start(&tools, ministack.endpoint())?;
    let mut out = stdout();
    writeln!(out, "export AWS_ENDPOINT_URL={}", gateway.endpoint())?;
    writeln!(
        out,
        "export AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=any AWS_REGION=us-east-1"
    )?;
    writeln!(out, "Run the first two lines in another terminal. Enter ends the account.")?;
    out.flush()?;
    stdin().read_line(&mut String::new())?;
    Ok(())
}
