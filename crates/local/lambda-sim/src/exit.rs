use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use crate::unhandled::Unhandled;

/// The error that Lambda reports when a process exits.
pub(crate) fn exit_error(status: io::Result<ExitStatus>) -> Unhandled {
    let error_message = match status {
        Ok(status) => describe(status),
        Err(error) => format!("Runtime cannot be waited for: {error}"),
    };
    Unhandled { error_type: "Runtime.ExitError".to_owned(), error_message }
}

fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal().unwrap_or_default()) {
        (Some(0), _) => "Runtime exited without providing a reason".to_owned(),
        (Some(code), _) => format!("Runtime exited with error: exit status {code}"),
        (None, signal) => format!("Runtime exited with error: signal: {}", name(signal)),
    }
}

/// A signal's name in Go, since Lambda is written in Go.
fn name(signal: i32) -> String {
    let name = match signal {
        4 => "illegal instruction",
        6 => "aborted",
        7 => "bus error",
        9 => "killed",
        11 => "segmentation fault",
        15 => "terminated",
        other => return format!("signal {other}"),
    };
    name.to_owned()
}
