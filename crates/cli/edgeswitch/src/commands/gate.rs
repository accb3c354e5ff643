mod page;
mod printed;
mod screen;

use std::fs;
use std::path::PathBuf;

use clap::Args;
use routing_core::ReleaseId;
use thiserror::Error;

use crate::commands::release::release_id;
use crate::completion::{Means, releases};
use crate::control::{Project, ProjectError, Session, Target, TerminalError};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::files::FileError;
use crate::gate::{Conclusion, Detail, GateError, GateOptions, Question};
use crate::logs::{ReadLimits, find_and_show, reading};

use printed::Printed;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch gate 9f2c1e7 --logs logs/
  $ edgeswitch gate 9f2c1e7 --logs logs/ --lateness 5m --soak 30m
  $ edgeswitch gate 9f2c1e7 --logs logs/ --report gate.html
  $ edgeswitch gate 9f2c1e7 --logs logs/ --output json

Exit codes:
  0  not worse so far: go on
  1  the plan or the logs could not be read
  2  bad usage
  3  cannot tell: stay
  4  worse: go back";

/// Which release is on trial, and how it is compared.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct GateArgs {
    /// The id of the release on trial.
    #[arg(value_name = "ID", value_parser = release_id, add = releases(Means::Candidates))]
    pub id: ReleaseId,
    /// Write a page with charts: the shares, the errors, the times and the verdict over time.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    #[command(flatten)]
    pub options: GateOptions,
    #[command(flatten)]
    pub target: Target,
}

/// There is no verdict.
#[derive(Debug, Error)]
pub(crate) enum GateCommandError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Gate(#[from] GateError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for GateCommandError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Gate(error) => error.advice(),
            Self::File(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// Prints whether the viewers of a release are worse off than those of the active one.
pub(crate) async fn gate(
    args: &GateArgs,
    session: &mut Session<'_>,
) -> Result<Exit, GateCommandError> {
    let project = Project::find(&args.target)?;
    let settings = args.options.settings(&project.gate, args.target.local.is_some())?;
    let (cloud, release) = (session.cloud, args.id.as_str());
    let limits = ReadLimits::default();
    let question = Question { project: &project, cloud, release, settings: &settings, limits };
    let now = session.clock.now();
    let trial = question.trial(now).await?;
    let since = Some(trial.0.from());
    let logs = find_and_show(&settings.logs, since, session).await.map_err(GateError::from)?;
    let bar = session.console.counter(&reading(&logs))?;
    let detail = if args.report.is_some() { Detail::Report } else { Detail::Verdict };
    let asked = question.judge(trial, logs, now, detail, bar).await?;
    let printed = Printed::of(&asked, &settings);
    if let Some(file) = &args.report {
        fs::write(file, page::page(&asked, &printed)).map_err(FileError::writing(file))?;
        session.console.say(&format!("`{}` is written", file.display()))?;
    }
    session.console.print_columns(screen::lines(&printed), &printed)?;
    Ok(match asked.conclusion() {
        Conclusion::NotWorse => Exit::Done,
        Conclusion::CannotTell => Exit::CannotTell,
        Conclusion::Worse => Exit::Worse,
    })
}
