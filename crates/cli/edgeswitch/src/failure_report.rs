use std::io::{self, Write};

use serde::Serialize;
use terminal_text::{escaped, json};

use crate::cli::Output;
use crate::failure::Failure;

/// The colours of the words `error:` and `hint:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    Coloured,
    Plain,
}

/// A failure as `--output json` prints it.
#[derive(Serialize)]
struct Report {
    schema: u8,
    error: String,
    hint: Option<String>,
    code: u8,
}

/// Writes a failure to standard error: two lines for people, or one line of JSON.
///
/// # Errors
/// When `err` cannot be written.
pub fn report(
    failure: &dyn Failure,
    output: Output,
    paint: Paint,
    err: &mut impl Write,
) -> io::Result<()> {
    match output {
        Output::Text => write_text(failure, paint, err),
        Output::Json => write_json(failure, err),
    }
}

fn write_text(failure: &dyn Failure, paint: Paint, err: &mut impl Write) -> io::Result<()> {
    let (red, cyan, reset) = match paint {
        Paint::Coloured => ("\x1b[1;31m", "\x1b[36m", "\x1b[0m"),
        Paint::Plain => ("", "", ""),
    };
    writeln!(err, "{red}error:{reset} {}", escaped(&message(failure)))?;
    match failure.hint() {
        Some(hint) => writeln!(err, "{cyan}hint:{reset} {}", escaped(&hint)),
        None => Ok(()),
    }
}

fn write_json(failure: &dyn Failure, err: &mut impl Write) -> io::Result<()> {
    let (error, hint, code) = (message(failure), failure.hint(), failure.exit().code());
    let report = serde_json::to_string(&Report { schema: 1, error, hint, code })?;
    writeln!(err, "{}", json(&report))
}

/// The error and its causes: ``read `plan.json`: No such file or directory``.
fn message(failure: &dyn Failure) -> String {
    let mut message = failure.to_string();
    let mut cause = failure.source();
    while let Some(error) = cause {
        message.push_str(&format!(": {error}"));
        cause = error.source();
    }
    message
}
