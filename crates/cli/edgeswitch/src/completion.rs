//! The answers to a shell while somebody types a command line: commands, options, release ids and slots.
//!
//! The script of `edgeswitch completions` runs the program with [`VARIABLE`] set and with the words of the line.
//! clap's engine finds the argument that the last word belongs to. Ids and slots come from the plan.

mod bash;
mod plan;
mod values;
mod words;
mod zsh;

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_complete::env::{CompleteEnv, Elvish, Fish, Powershell, Shells};

use crate::cli::Cli;

use bash::Bash;
use zsh::Zsh;

pub(crate) use values::{Means, releases, slots, states};

/// The environment variable with the name of the shell that asks.
const VARIABLE: &str = "EDGESWITCH_COMPLETE";
/// The command that is completed, and the program that a shell asks: the one on the path.
const NAME: &str = "edgeswitch";

const SHELLS: Shells<'static> = Shells(&[&Bash, &Elvish, &Fish, &Powershell, &Zsh]);

/// Answers a shell, if one asks, on standard output. Returns `None` for an ordinary command line.
///
/// A shell would show an error in the middle of the line that somebody types, so nothing is said about one.
#[must_use]
pub fn answer_shell() -> Option<ExitCode> {
    let folder = env::current_dir().ok();
    let engine = CompleteEnv::with_factory(Cli::command).var(VARIABLE).shells(SHELLS);
    match engine.try_complete(env::args_os(), folder.as_deref()) {
        Ok(false) => None,
        Ok(true) => Some(ExitCode::SUCCESS),
        Err(_) => Some(ExitCode::FAILURE),
    }
}

/// Writes the script that makes a shell ask this program.
pub(crate) fn script(shell: Shell, out: &mut impl Write) -> io::Result<()> {
    let completer = SHELLS.completer(&shell.to_string()).expect("the list has every shell");
    completer.write_registration(VARIABLE, NAME, NAME, NAME, out)
}
