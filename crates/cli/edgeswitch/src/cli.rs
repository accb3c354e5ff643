use std::env;
use std::io::{self, Write};

use clap::{Parser, Subcommand, ValueEnum};
#[cfg(feature = "dev")]
use edgeswitch_dev::DevArgs;
use serde::Serialize;
use terminal_text::{Lines, json_lines};

use crate::aws::Account;
use crate::commands::{
    CapacityArgs, CompletionsArgs, Control, ExplainArgs, ManualArgs, capacity, completions,
    control, explain, manual, runtime,
};
use crate::control::TerminalError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::failure_report::Paint;
#[cfg(feature = "dev")]
use crate::guard::BesideDev;
use crate::package::{Packages, Packaging, package};

const AFTER_HELP: &str = "\
A first canary:
  $ edgeswitch init 41ab03d --slot blue --region eu-central-1
  $ edgeswitch release add 9f2c1e7 --slot green
  $ edgeswitch canary 9f2c1e7 --weight 10
  $ edgeswitch status
  $ edgeswitch rollback

Exit codes:
  0  done; `status`: settled
  1  refused or failed; `status`: trouble; `doctor`: findings
  2  bad usage: nothing was written; `doctor`: could not look
  3  `status`: in progress, or --timeout passed; `destroy`: replicas are left;
     `gate`: cannot tell
  4  `gate`: worse";

/// Blue/green and canary releases at the CloudFront edge.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Cli {
    /// The format of the result: `text`, or `json` for one JSON document.
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value_t = Output::Text, hide_possible_values = true, help_heading = PRINTING)]
    pub output: Output,
    /// Colours of errors and of `status --watch`: `auto` colours them on a terminal unless NO_COLOR is set; `never` does not.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto, hide_possible_values = true, help_heading = PRINTING)]
    pub color: Color,
    #[command(subcommand)]
    pub command: Command,
}

const PRINTING: &str = "Output";

/// How results are printed on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Lines for people.
    Text,
    /// One JSON document for programs.
    Json,
}

/// Whether errors are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// They are not.
    Never,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would make it the program's own description")]
    Control(Box<Control>),
    /// Explain which release a request gets, and why.
    ///
    /// The command decides as the functions at the edge do. It shows the rules in order, and the changes that each
    /// function makes to the request. Name an event, or describe the request with `--uri`.
    Explain(ExplainArgs),
    /// Estimate how often the functions read the plan, and the cost.
    ///
    /// Parameter Store limits the reads of an account. The estimate needs no account.
    Capacity(CapacityArgs),
    /// Run a local CloudFront with a sample or with your project.
    #[cfg(feature = "dev")]
    Dev(DevArgs),
    /// Build the zip packages of the three Lambda@Edge functions.
    ///
    /// A package contains a function, the configuration and a fallback plan. See docs/packages.md and docs/deploy.md.
    Package(Packaging),
    /// Print a completion script for a shell.
    ///
    /// The script asks this program, which completes commands, options, the ids of releases and the names of slots. It
    /// reads the plan for them, and waits at most two seconds for it.
    Completions(CompletionsArgs),
    /// Write a man page for each command.
    Manual(ManualArgs),
}

impl Color {
    /// See <https://no-color.org>.
    #[must_use]
    pub fn paint(self, is_terminal: bool) -> Paint {
        let is_refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        match self {
            Self::Auto if is_terminal && !is_refused => Paint::Coloured,
            Self::Auto | Self::Never => Paint::Plain,
        }
    }
}

impl Output {
    /// Prints a result: `text` for people, or `value` as one JSON document.
    pub(crate) fn print(
        self,
        out: &mut dyn Write,
        text: impl Into<Lines>,
        value: &impl Serialize,
    ) -> Result<(), TerminalError> {
        match self {
            Self::Text => writeln!(out, "{}", text.into())?,
            Self::Json => writeln!(out, "{}", json_lines(value).map_err(io::Error::from)?)?,
        }
        Ok(())
    }
}

/// Carries out one command and writes its result to `out`.
///
/// # Errors
/// When the command is refused or fails.
pub fn run(cli: &Cli, out: &mut impl Write) -> Result<Exit, Box<dyn Failure>> {
    match &cli.command {
        Command::Control(command) => return control(command, cli.output, cli.color, out),
        Command::Capacity(args) => return Ok(capacity(args, cli.output, out)?),
        Command::Completions(args) => completions(args, out)?,
        Command::Manual(args) => manual(args)?,
        Command::Package(packaging) => {
            let packages = build(packaging)?;
            cli.output.print(out, packages.lines(), &packages)?;
        }
        #[cfg(feature = "dev")]
        Command::Dev(args) => edgeswitch_dev::run(args, out, BesideDev::boxed)?,
        Command::Explain(args) => explain(args, cli.output, out)?,
    }
    Ok(Exit::Done)
}

/// Builds the packages with the account of this process, which is asked for the plan in force.
fn build(packaging: &Packaging) -> Result<Packages, Box<dyn Failure>> {
    let runtime = runtime()?;
    let account = runtime.block_on(Account::from_env());
    Ok(runtime.block_on(package(packaging, &account))?)
}
