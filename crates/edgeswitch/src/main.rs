//! The program `edgeswitch`: exit code 0 done, 1 refused or failed, 2 bad usage.

use std::io;
use std::process::ExitCode;

use clap::Parser;
use edgeswitch::{Cli, DevError, PackageError, run};

fn main() -> ExitCode {
    // Bad usage ends here, with code 2.
    match run(&Cli::parse(), &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            let package = error.downcast_ref().and_then(PackageError::hint);
            if let Some(hint) = package.or_else(|| error.downcast_ref().and_then(DevError::hint)) {
                eprintln!("hint: {hint}");
            }
            ExitCode::FAILURE
        }
    }
}
