//! The program `edgeswitch`: exit code 0 done, 1 refused or failed, 2 bad usage.

use std::io;
use std::process::ExitCode;

use clap::Parser;
use edgeswitch::{Cli, DevError, ExplainError, PackageError, run};

fn main() -> ExitCode {
    // Bad usage ends here, with code 2.
    match run(&Cli::parse(), &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            if let Some(hint) = hint(&error) {
                eprintln!("hint: {hint}");
            }
            ExitCode::FAILURE
        }
    }
}

/// What repairs it, in the words of the command that failed.
fn hint(error: &anyhow::Error) -> Option<String> {
    let package = error.downcast_ref().and_then(PackageError::hint);
    let dev = || error.downcast_ref().and_then(DevError::hint);
    let explain = || error.downcast_ref().and_then(ExplainError::hint);
    package.or_else(dev).or_else(explain)
}
