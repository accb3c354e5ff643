use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::completion::script;
use crate::control::TerminalError;
use crate::files::FileError;

const COMPLETIONS: &str = "\
Examples:
  $ edgeswitch completions bash > /etc/bash_completion.d/edgeswitch
  $ edgeswitch completions zsh > ~/.zfunc/_edgeswitch  # a folder of fpath
  $ edgeswitch completions fish > ~/.config/fish/completions/edgeswitch.fish

Write the script again after an update, or let the shell read it when it starts:
  source <(edgeswitch completions bash)";

/// Whose completions are printed.
#[derive(Debug, Args)]
#[command(after_long_help = COMPLETIONS)]
pub struct CompletionsArgs {
    /// The shell that will read the script.
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

const MANUAL: &str = "\
Examples:
  $ edgeswitch manual --out ~/.local/share/man/man1  # then: man edgeswitch-ramp";

/// Where the manual goes.
#[derive(Debug, Args)]
#[command(after_long_help = MANUAL)]
pub struct ManualArgs {
    /// The folder for `edgeswitch.1`, `edgeswitch-promote.1` and so on. It is created if necessary.
    #[arg(long, value_name = "DIR", default_value = "man")]
    pub out: PathBuf,
}

/// Prints a script that asks this program for completions.
///
/// # Errors
/// When standard output cannot be written.
pub(crate) fn completions(
    args: &CompletionsArgs,
    out: &mut impl Write,
) -> Result<(), TerminalError> {
    Ok(script(args.shell, out)?)
}

/// Writes a man page for each command.
///
/// # Errors
/// When the folder or a page cannot be written.
pub(crate) fn manual(args: &ManualArgs) -> Result<(), FileError> {
    let unwritable = FileError::writing(&args.out);
    fs::create_dir_all(&args.out).map_err(&unwritable)?;
    clap_mangen::generate_to(Cli::command(), &args.out).map_err(unwritable)
}
