use clap::Args;
use futures_util::future::join_all;
use thiserror::Error;

use crate::aws::AwsError;
use crate::commands::report::Copied;
use crate::control::{
    AskError, Order, Place, Project, ProjectError, ReadPlanError, Session, Target, TerminalError,
    WritePlanError, Writing, write_everywhere,
};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch sync --dry-run";

/// Whose replica Regions are written.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct SyncArgs {
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// Not every replica Region has the plan.
#[derive(Debug, Error)]
pub(crate) enum SyncError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Write(#[from] WritePlanError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    Ask(#[from] AskError),
}

impl Failure for SyncError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Read(error) => error.advice(),
            Self::Write(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
            Self::Aws(error) => error.advice(),
            Self::Ask(error) => error.advice(),
        }
    }
}

/// Writes the home Region's plan to each replica Region that has another one.
pub(crate) async fn sync(args: &SyncArgs, session: &mut Session<'_>) -> Result<Exit, SyncError> {
    let project = Project::find(&args.target)?;
    let mut home = project.home(session.cloud);
    home.read().await?;
    let stored = home.stored.clone().ok_or_else(|| project.missing(&home))?;
    project.document(&stored, home.region())?;
    let mut replicas = project.replicas(session.cloud);
    for read in join_all(replicas.iter_mut().map(Place::read)).await {
        read?;
    }
    replicas.retain(|replica| !replica.has(&stored.text));
    for replica in &replicas {
        session.console.say(&format!("{} gets the home Region's plan", replica.region()))?;
    }
    let mut written = Vec::new();
    if !replicas.is_empty() && !args.writing.dry_run {
        if !args.writing.yes {
            session.console.ask(&format!("Write `{}`?", project.parameter.name))?;
        }
        let mut places: Vec<&mut Place> = replicas.iter_mut().collect();
        written = write_everywhere(&mut places, &stored.text, Order::Each, &project).await?;
    }
    let copied = Copied::new(&written);
    session.console.print(&copied.to_string(), &copied)?;
    Ok(Exit::Done)
}
