mod report;
mod screen;

use std::path::{Path, PathBuf};

use access_log::Row;
use clap::Args;
use edge_config::Config;
use observation::Observation;
use routing_core::Rules;
use thiserror::Error;

use crate::control::{ProjectError, Session, Target, TerminalError, configuration};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::logs::{LogsError, Sink, logs, read, reading};

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
    #[error(transparent)]
    Logs(#[from] LogsError),
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for ObserveError {
    fn advice(&self) -> Advice {
        match self {
            Self::Logs(error) => error.advice(),
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
    let sink = Observing { rules: &rules, observation: Observation::default() };
    let (Observing { observation, .. }, found) = read(&logs, sink, &bar);
    bar.finish_and_clear();
    let report = Report::of(&observation, &found, logs.len());
    session.console.print(screen::lines(&report), &report)?;
    Ok(if report.unread.is_empty() { Exit::Done } else { Exit::Failed })
}

/// The rules of the configuration, or else the built-in ones.
fn rules(config: Option<&Path>) -> Result<Rules, ProjectError> {
    let target = Target { config: config.map(Path::to_path_buf), ..Target::default() };
    let config: Option<Config> = configuration(&target)?;
    Ok(config.map(|config| config.rules).unwrap_or_default())
}

/// Counts each row.
#[derive(Clone)]
struct Observing<'r> {
    rules: &'r Rules,
    observation: Observation,
}

impl Sink for Observing<'_> {
    fn see(&mut self, row: &Row<'_>) {
        self.observation.see(row, self.rules);
    }

    fn merge(&mut self, other: Self) {
        self.observation.merge(&other.observation);
    }
}
