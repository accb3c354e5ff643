mod files;
mod read;
mod report;
mod screen;

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use edge_config::Config;
use routing_core::Rules;
use thiserror::Error;

use crate::control::{ProjectError, Session, Target, TerminalError, configuration};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::files::FileError;

use files::{Log, logs};
use read::read;
use report::Report;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch observe --logs logs/
  $ edgeswitch observe --logs 2026-11-22-10.gz --output json
  $ edgeswitch observe --logs -

Exit codes:
  0  every log was read
  1  a log could not be read to its end: the rows before are counted
  2  bad usage";

/// Which logs are read.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct ObserveArgs {
    /// A log, a folder with logs and further folders, or `-` for standard input.
    #[arg(long, value_name = "PATH")]
    pub logs: PathBuf,
    /// The configuration of the project [default: edgeswitch.toml, if it exists].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// No log can be observed.
#[derive(Debug, Error)]
pub(crate) enum ObserveError {
    #[error("there is no log in `{}`", .0.display())]
    NoLogs(PathBuf),
    #[error("standard input")]
    StandardInput(#[source] io::Error),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for ObserveError {
    fn advice(&self) -> Advice {
        match self {
            Self::NoLogs(_) => Advice::failed()
                .hint("copy them there first: `aws s3 sync s3://BUCKET/PREFIX FOLDER`, see docs/observe.md"),
            Self::StandardInput(_) => Advice::failed(),
            Self::File(error) => error.advice(),
            Self::Project(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// Counts what the logs say of each release.
pub(crate) fn observe(args: &ObserveArgs, session: &mut Session<'_>) -> Result<Exit, ObserveError> {
    let rules = rules(args.config.as_deref())?;
    let logs = logs(&args.logs)?;
    let bar = session.console.counter(&reading(&logs))?;
    bar.set_length(logs.len() as u64);
    let found = read(&logs, &rules, &bar);
    bar.finish_and_clear();
    let report = Report::of(&found, logs.len());
    session.console.print(screen::lines(&report), &report)?;
    Ok(if report.unread.is_empty() { Exit::Done } else { Exit::Failed })
}

/// The rules of the configuration, or else the built-in ones.
fn rules(config: Option<&Path>) -> Result<Rules, ProjectError> {
    let target = Target { config: config.map(Path::to_path_buf), ..Target::default() };
    let config: Option<Config> = configuration(&target)?;
    Ok(config.map(|config| config.rules).unwrap_or_default())
}

fn reading(logs: &[Log]) -> String {
    match logs {
        [one] => format!("reading {one}"),
        more => format!("reading {} logs", more.len()),
    }
}
