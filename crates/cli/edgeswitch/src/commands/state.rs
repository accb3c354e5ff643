mod show;

use clap::{Args, Subcommand};
use plan_change::{Change, ChangeRefusal, WayBack};
use plan_format::StateName;
use thiserror::Error;

use crate::commands::report::report;
use crate::completion::states;
use crate::control::{
    AskError, Input, Project, ProjectError, ReadPlanError, Session, Target, TerminalError, Updated,
    WritePlanError, Writing, update,
};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};

use show::{ShowArgs, show};

/// The versions of what releases share.
#[derive(Debug, Subcommand)]
pub enum State {
    /// List the states, and the releases that need them.
    #[command(
        after_long_help = "Examples:\n  $ edgeswitch state show\n  $ edgeswitch state show --output json"
    )]
    Show(ShowArgs),
    /// Say that a state has a version now.
    ///
    /// The command changes the plan only, not the database. It is refused while a release with traffic cannot run
    /// on the version, and asks before it cuts off the release that a rollback would go to.
    Set(SetArgs),
    /// Remove a state that no release with traffic needs.
    #[command(after_long_help = "Examples:\n  $ edgeswitch state unset orders-db")]
    Unset(UnsetArgs),
}

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch state set orders-db 5            # expand: after the migration
  $ edgeswitch state set orders-db 6            # contract: before it
  $ edgeswitch state set orders-db 6 --dry-run  # would it be refused?

Exit codes:
  0  the plan says the version
  1  refused or failed: a release with traffic cannot run on it
  2  bad usage: nothing was written";

/// Which state gets which version.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct SetArgs {
    /// The name of the state, for example orders-db.
    #[arg(value_name = "NAME", value_parser = state_name, add = states())]
    pub name: StateName,
    /// The version: a whole number.
    #[arg(value_name = "VERSION")]
    pub to: u64,
    #[command(flatten)]
    pub way_back: WayBackArgs,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// Which state is removed.
#[derive(Debug, Args)]
pub struct UnsetArgs {
    /// The name of the state.
    #[arg(value_name = "NAME", value_parser = state_name, add = states())]
    pub name: StateName,
    #[command(flatten)]
    pub way_back: WayBackArgs,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// Whether a rollback may be given up.
#[derive(Debug, Clone, Copy, Args)]
pub struct WayBackArgs {
    /// Change the state even if a rollback can then not go back any more. `-y` alone does not.
    #[arg(long)]
    pub cut_off_rollback: bool,
}

impl State {
    pub(crate) fn target(&self) -> &Target {
        match self {
            Self::Show(args) => &args.target,
            Self::Set(args) => &args.target,
            Self::Unset(args) => &args.target,
        }
    }
}

/// The state was not shown or changed.
#[derive(Debug, Error)]
pub(crate) enum StateError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Write(#[from] WritePlanError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for StateError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Read(error) => error.advice(),
            Self::Ask(error) => error.advice(),
            Self::Write(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

pub(crate) async fn state(command: &State, session: &mut Session<'_>) -> Result<Exit, StateError> {
    match command {
        State::Show(args) => show(args, session).await?,
        State::Set(SetArgs { name, to, way_back, writing, target }) => {
            let change = |way_back| Change::SetState { name: name.clone(), version: *to, way_back };
            write(target, *writing, *way_back, change, session).await?;
        }
        State::Unset(UnsetArgs { name, way_back, writing, target }) => {
            let change = |way_back| Change::UnsetState { name: name.clone(), way_back };
            write(target, *writing, *way_back, change, session).await?;
        }
    }
    Ok(Exit::Done)
}

async fn write(
    target: &Target,
    writing: Writing,
    args: WayBackArgs,
    change: impl Fn(WayBack) -> Change,
    session: &mut Session<'_>,
) -> Result<(), StateError> {
    let project = Project::find(target)?;
    let way_back = if args.cut_off_rollback { WayBack::GiveUp } else { WayBack::Keep };
    let updated = match update(session, &project, &change(way_back), writing).await {
        Err(WritePlanError::Refused(refusal @ ChangeRefusal::CutsWayBack { .. }))
            if is_asked(session, writing) =>
        {
            give_up(session, &project, &refusal, &change(WayBack::GiveUp), writing).await?
        }
        updated => updated?,
    };
    Ok(report(session, &project, &updated)?)
}

/// `-y` does not answer whether a rollback may be given up.
fn is_asked(session: &Session<'_>, writing: Writing) -> bool {
    let is_person = matches!(session.console.input, Input::Person(_));
    is_person && !writing.yes && !writing.dry_run
}

async fn give_up(
    session: &mut Session<'_>,
    project: &Project,
    refusal: &ChangeRefusal,
    change: &Change,
    writing: Writing,
) -> Result<Updated, StateError> {
    session.console.say(&refusal.to_string())?;
    session.console.ask("Give up that rollback?")?;
    Ok(update(session, project, change, writing).await?)
}

fn state_name(text: &str) -> Result<StateName, String> {
    StateName::parse(text).map_err(|error| error.to_string())
}
