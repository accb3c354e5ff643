//! The program `edgeswitch`: exit code 0 done, 1 refused or failed, 2 bad usage, 3 in progress.

use std::env;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

use clap::Parser;
use edgeswitch::{Cli, Color, ControlError, exit, hint, run};

fn main() -> ExitCode {
    // Bad usage ends here, with code 2.
    let cli = Cli::parse();
    match run(&cli, &mut io::stdout().lock()) {
        Ok(exit) => exit.into(),
        // Whoever read the output has seen enough.
        Err(error) if is_broken_pipe(&error) => exit(&error).into(),
        Err(error) => {
            let (red, cyan, plain) = colors(cli.color);
            eprintln!("{red}error:{plain} {error:#}");
            if let Some(hint) = hint(&error) {
                eprintln!("{cyan}hint:{plain} {hint}");
            }
            exit(&error).into()
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let terminal = match error.downcast_ref() {
        Some(ControlError::Terminal(error)) => Some(error),
        _ => error.downcast_ref::<io::Error>(),
    };
    terminal.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// The codes for an error, a hint, and what follows; see <https://no-color.org>.
fn colors(color: Color) -> (&'static str, &'static str, &'static str) {
    let wanted = match color {
        Color::Auto => {
            let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            io::stderr().is_terminal() && !refused
        }
        Color::Never => false,
    };
    if wanted { ("\x1b[1;31m", "\x1b[36m", "\x1b[0m") } else { ("", "", "") }
}
