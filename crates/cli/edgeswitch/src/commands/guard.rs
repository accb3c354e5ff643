use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use guard_rules::Occurrence;
use serde::Serialize;
use thiserror::Error;
use tokio::time::sleep;

use crate::commands::moment::duration;
use crate::control::{
    AskError, Project, ProjectError, Session, Target, TerminalError, Writing, question,
};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::files::FileError;
use crate::guard::{GuardRun, Intent, Woken, guard_run, woken};
use crate::logs::ReadLimits;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch guard --once --dry-run   # say what is due
  $ edgeswitch guard -y                 # every minute, until Ctrl-C
  $ edgeswitch guard --once --event alarm.json -y

Exit codes:
  0  everything that was due is done
  1  something could not be done, or the event is not for this plan";

/// How often the guard runs, and why.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct GuardArgs {
    /// Run once. Otherwise the command runs again and again until Ctrl-C.
    #[arg(long)]
    pub once: bool,
    /// The time between two runs.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1m", conflicts_with = "once")]
    pub every: Duration,
    /// The event that wakes the guard, as Lambda gets it [default: the schedule].
    #[arg(long, value_name = "FILE", requires = "once")]
    pub event: Option<PathBuf>,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// The guard did not run, or could not do everything.
#[derive(Debug, Error)]
pub(crate) enum GuardError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{0}; nothing was read or written")]
    NotWoken(String),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for GuardError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::File(error) => error.advice(),
            Self::NotWoken(_) => Advice::failed().hint("docs/guard.md lists the events"),
            Self::Ask(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// A run, as `--output json` prints it.
#[derive(Serialize)]
struct Report<'a> {
    schema: u8,
    #[serde(flatten)]
    run: &'a GuardRun,
}

/// Does what the deployed guard does, at this terminal.
pub(crate) async fn guard(args: &GuardArgs, session: &mut Session<'_>) -> Result<Exit, GuardError> {
    let project = Project::find(&args.target)?;
    let occurrence = occurrence(args, &project)?;
    let intent = if args.writing.dry_run { Intent::Look } else { Intent::Act };
    if intent == Intent::Act && !args.writing.yes {
        let question = question(session, &project).await;
        session.console.ask(&question)?;
    }
    loop {
        let limits = ReadLimits::default();
        let run = guard_run(session, &project, &occurrence, intent, limits).await;
        let report = Report { schema: 1, run: &run };
        if args.once {
            session.console.print(run.lines(), &report)?;
            return Ok(if run.trouble.is_empty() { Exit::Done } else { Exit::Failed });
        }
        session.console.print_document(run.lines(), &report)?;
        session.console.out.flush().map_err(TerminalError::from)?;
        sleep(args.every).await;
    }
}

fn occurrence(args: &GuardArgs, project: &Project) -> Result<Occurrence, GuardError> {
    let Some(path) = &args.event else { return Ok(Occurrence::Tick) };
    let payload = fs::read_to_string(path).map_err(FileError::reading(path))?;
    match woken(&payload, &project.parameter.name) {
        Woken::By(occurrence) => Ok(occurrence),
        Woken::Not(reason) => Err(GuardError::NotWoken(reason)),
    }
}
