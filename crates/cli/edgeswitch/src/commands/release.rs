mod list;
mod needs;
mod slot;
mod state;

use clap::{Args, Subcommand};
use plan_change::{Change, NewRelease, Summary};
use routing_core::ReleaseId;
use thiserror::Error;

use crate::commands::index::{IndexError, check_new_index};
use crate::commands::registration::{Registration, RegistrationError};
use crate::commands::report::report;
use crate::completion::{Means, releases};
use crate::control::{
    Project, ProjectError, ReadPlanError, Session, Target, TerminalError, WritePlanError, Writing,
    update,
};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};

use list::{ListArgs, list};
use needs::{NeedsArgs, NeedsError};
use slot::{ChosenSlot, SlotError};

pub(crate) use slot::IDLE;
pub(crate) use state::ReleaseState;

/// What is done with releases.
#[derive(Debug, Subcommand)]
pub enum Release {
    /// Register a release, without traffic.
    ///
    /// If the configuration names a bucket, the index document of the release must be in it.
    Add(AddArgs),
    /// List the releases with their states.
    ///
    /// A release is active, canary, to come, staged (without traffic until now), draining (a viewer's cookie can name
    /// it), drained or withdrawn.
    #[command(
        after_long_help = "Examples:\n  $ edgeswitch release list\n  $ edgeswitch release list --output json"
    )]
    List(ListArgs),
    /// Never serve a release again.
    ///
    /// Open pages of it switch to another release. Preview links do not show it any more.
    #[command(after_long_help = "Examples:\n  $ edgeswitch release withdraw 9f2c1e7")]
    Withdraw(NameArgs),
    /// Remove a release that no viewer can have any more.
    ///
    /// The command is refused while a viewer's cookie can name the release. The error says until when.
    #[command(
        after_long_help = "Examples:\n  $ edgeswitch release remove 9f2c1e7\n  $ edgeswitch release remove 9f2c1e7 --if-staged -y"
    )]
    Remove(RemoveArgs),
    /// Remove the releases that no viewer can have any more.
    ///
    /// A release stays while a viewer's cookie can name it, or while a rollback may go to it.
    #[command(
        after_long_help = "Examples:\n  $ edgeswitch release prune --dry-run\n  $ edgeswitch release prune --keep 2"
    )]
    Prune(PruneArgs),
}

impl Release {
    pub(crate) fn target(&self) -> &Target {
        match self {
            Self::Add(args) => &args.target,
            Self::List(args) => &args.target,
            Self::Withdraw(args) => &args.target,
            Self::Remove(args) => &args.target,
            Self::Prune(args) => &args.target,
        }
    }
}

/// The number of drained releases that stay in the plan, so that a rollback can name them.
const KEPT: usize = 5;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch release add 9f2c1e7 --slot green
  $ edgeswitch release add 9f2c1e7 --slot idle    # the slot without traffic
  $ edgeswitch release add 9f2c1e7 --origin api=green-alb.example.com
  $ edgeswitch release add 9f2c1e7 --slot idle --needs orders-db=3..5";

/// A release to register.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct AddArgs {
    /// The id of the release, for example a commit: at most 64 letters, digits, `_` and `-`.
    #[arg(value_name = "ID", value_parser = release_id)]
    pub id: ReleaseId,
    #[command(flatten)]
    pub registration: Registration,
    #[command(flatten)]
    pub needs: NeedsArgs,
    /// Remove older releases that no viewer can have any more, except this many.
    #[arg(long, value_name = "N", default_value_t = KEPT)]
    pub keep: usize,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// Which drained releases are removed.
#[derive(Debug, Args)]
pub struct PruneArgs {
    /// The number of drained releases that stay: those that lost their traffic last.
    #[arg(long, value_name = "N", default_value_t = KEPT)]
    pub keep: usize,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// A release that is there.
#[derive(Debug, Args)]
pub struct NameArgs {
    /// The id of the release.
    #[arg(value_name = "ID", value_parser = release_id, add = releases(Means::Idle))]
    pub id: ReleaseId,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// A release to remove.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// The id of the release.
    #[arg(value_name = "ID", value_parser = release_id, add = releases(Means::Removable))]
    pub id: ReleaseId,
    /// Remove the release only if it is staged: it never had traffic. Otherwise do nothing. For pipelines that
    /// clean up after a failure.
    #[arg(long)]
    pub if_staged: bool,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// A release was not registered, listed, withdrawn or removed.
#[derive(Debug, Error)]
pub(crate) enum ReleaseError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Registration(#[from] RegistrationError),
    #[error(transparent)]
    Needs(#[from] NeedsError),
    #[error(transparent)]
    Slot(#[from] SlotError),
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Write(#[from] WritePlanError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for ReleaseError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Read(error) => error.advice(),
            Self::Registration(error) => error.advice(),
            Self::Needs(error) => error.advice(),
            Self::Slot(error) => error.advice(),
            Self::Index(error) => error.advice(),
            Self::Write(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

pub(crate) async fn release(
    command: &Release,
    session: &mut Session<'_>,
) -> Result<Exit, ReleaseError> {
    match command {
        Release::Add(args) => add(args, session).await?,
        Release::List(args) => list(args, session).await?,
        Release::Withdraw(args) => {
            let change = Change::Withdraw(args.id.clone());
            write(&args.target, args.writing, change, session).await?;
        }
        Release::Remove(args) => remove(args, session).await?,
        Release::Prune(args) => {
            let change = Change::Prune { keep: args.keep };
            write(&args.target, args.writing, change, session).await?;
        }
    }
    Ok(Exit::Done)
}

async fn write(
    target: &Target,
    writing: Writing,
    change: Change,
    session: &mut Session<'_>,
) -> Result<(), ReleaseError> {
    let project = Project::find(target)?;
    let updated = update(session, &project, &change, writing).await?;
    Ok(report(session, &project, &updated)?)
}

async fn add(args: &AddArgs, session: &mut Session<'_>) -> Result<(), ReleaseError> {
    let project = Project::find(&args.target)?;
    let chosen = ChosenSlot::find(args, session, &project).await?;
    let new = args.registration.release(&args.id, chosen.name.as_deref(), &project)?;
    let (needs, needs_idle_slot) = (args.needs.read()?, chosen.must_be_idle);
    let new = NewRelease { keep: Some(args.keep), needs, needs_idle_slot, ..new };
    let prefix = new.prefix.clone().unwrap_or_else(|| project.prefix(&new.id));
    check_new_index(session, &project, &new.id, &prefix).await?;
    let updated = update(session, &project, &Change::AddRelease(new), args.writing).await?;
    Ok(report(session, &project, &updated)?)
}

async fn remove(args: &RemoveArgs, session: &mut Session<'_>) -> Result<(), ReleaseError> {
    let RemoveArgs { id, .. } = args;
    if args.if_staged {
        let project = Project::find(&args.target)?;
        let document = project.current(session.cloud).await?;
        let staged = Summary::of(&document, &project.context_now(session)).staged;
        if !staged.iter().any(|staged| staged == id.as_str()) {
            return Ok(session.console.say(&format!("{id} is not staged: it is not removed"))?);
        }
    }
    write(&args.target, args.writing, Change::RemoveRelease(id.clone()), session).await
}

/// Reads a release id of the command line.
pub(crate) fn release_id(text: &str) -> Result<ReleaseId, String> {
    ReleaseId::parse(text).map_err(|error| error.to_string())
}
