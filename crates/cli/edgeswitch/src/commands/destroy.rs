//! Deletes what `edgeswitch deploy` made.

mod error;
mod in_use;
mod removal;
mod replicas;

use std::path::PathBuf;

use clap::Args;

use crate::commands::deploy::{Doing, Names};
use crate::control::{ProjectError, Session, Target, configuration};
use crate::exit::Exit;

pub(crate) use error::DestroyError;
pub(crate) use removal::{Destroyed, Removal};

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch destroy --dry-run
  $ edgeswitch destroy --wait -y  # waits for hours after a detach

Exit codes:
  0  deleted, or there was nothing to delete
  1  refused or failed
  3  replicas are left: nothing was deleted, repeat the command later";

/// What is deleted.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct DestroyArgs {
    /// The configuration of the project [default: edgeswitch.toml].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Wait until CloudFront has deleted the replicas in other Regions. This can take hours.
    #[arg(long)]
    pub wait: bool,
    #[command(flatten)]
    pub doing: Doing,
}

/// Deletes the stack of the functions and the bucket of their packages.
pub(crate) async fn destroy(
    args: &DestroyArgs,
    session: &mut Session<'_>,
) -> Result<Exit, DestroyError> {
    let target = Target { config: args.config.clone(), ..Target::default() };
    let config = configuration(&target)?.ok_or(ProjectError::NoConfiguration)?;
    let names = Names::of(&config)?;
    let removal = Removal::begin(&names, args.doing, args.wait, session).await?;
    let destroyed = removal.run(session).await?;
    let stays = destroyed.staying(&config, &names);
    session.console.print(stays.lines(), &stays)?;
    Ok(stays.exit())
}
