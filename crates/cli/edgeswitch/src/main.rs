//! The program `edgeswitch`: exit code 0 done, 1 refused or failed, 2 bad usage, 3 in progress.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use edgeswitch::{
    Cli, Failure, Output, Paint, UsageError, answer_shell, asks_for_json, escaped, report, run,
};

fn main() -> ExitCode {
    if let Some(exit) = answer_shell() {
        return exit;
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() && asks_for_json(env::args_os()) => {
            return fail(&UsageError::new(&error), Output::Json, Paint::Plain);
        }
        Err(error) => escaped_usage(error).exit(),
    };
    let mut out = Pipe { out: io::stdout().lock(), is_closed: false };
    match run(&cli, &mut out) {
        Ok(exit) => exit.into(),
        // The reader closed the pipe (`| head`): exit quietly.
        Err(failure) if out.is_closed => failure.exit().into(),
        Err(failure) => {
            fail(failure.as_ref(), cli.output, cli.color.paint(io::stderr().is_terminal()))
        }
    }
}

/// The same error with the arguments escaped. clap quotes them, and a pipeline may take them from a title.
fn escaped_usage(error: clap::Error) -> clap::Error {
    let arguments = env::args_os().map(|argument| escaped(&argument.to_string_lossy()));
    Cli::try_parse_from(arguments).err().unwrap_or(error)
}

fn fail(failure: &dyn Failure, output: Output, paint: Paint) -> ExitCode {
    // Nobody can be told that standard error is gone; the exit code still says that the command failed.
    let _ = report(failure, output, paint, &mut io::stderr());
    failure.exit().into()
}

/// Standard output. It remembers whether its reader has closed it.
struct Pipe<W> {
    out: W,
    is_closed: bool,
}

impl<W: Write> Pipe<W> {
    fn note<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            self.is_closed |= error.kind() == io::ErrorKind::BrokenPipe;
        }
        result
    }
}

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        self.note(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.note(flushed)
    }
}
