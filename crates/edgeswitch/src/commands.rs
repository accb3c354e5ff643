//! The commands that read and change the plan.

mod canary;
mod diff;
mod difference;
mod follow;
mod history;
mod index;
mod init;
mod moment;
mod promote;
mod release;
mod report;
mod rollback;
mod status;
mod sync;
mod table;
mod terminal;

use clap::Subcommand;

use crate::control::{ControlError, Session};
use crate::exit::Exit;

pub(crate) use terminal::control;

/// The commands that read and change the plan.
#[derive(Debug, Subcommand)]
pub enum Control {
    /// Write a commented edgeswitch.toml and the first plan.
    Init(init::InitArgs),
    /// Register, list, withdraw and remove releases.
    #[command(subcommand)]
    Release(release::Release),
    /// Give a release all traffic: at every edge location in the same second.
    Promote(promote::PromoteArgs),
    /// Give a release a share of the viewers, more or less than it has.
    Canary(canary::CanaryArgs),
    /// Take back the change under way, or else the last promote, at once.
    Rollback(rollback::RollbackArgs),
    /// Say who gets what now; exit code 0 settled, 3 in progress, 1 trouble.
    Status(status::StatusArgs),
    /// List the versions of the plan: who changed what, and when.
    History(history::HistoryArgs),
    /// Compare two plans: versions of the parameter, or files.
    Diff(diff::DiffArgs),
    /// Give every replica Region the home Region's plan.
    Sync(sync::SyncArgs),
}

/// Carries out one command.
///
/// # Errors
/// When it is refused or fails.
pub async fn carry_out(command: &Control, session: &mut Session<'_>) -> Result<Exit, ControlError> {
    match command {
        Control::Init(args) => init::init(args, session).await,
        Control::Release(command) => release::release(command, session).await,
        Control::Promote(args) => promote::promote(args, session).await,
        Control::Canary(args) => canary::canary(args, session).await,
        Control::Rollback(args) => rollback::rollback(args, session).await,
        Control::Status(args) => status::status(args, session).await,
        Control::History(args) => history::history(args, session).await,
        Control::Diff(args) => diff::diff(args, session).await,
        Control::Sync(args) => sync::sync(args, session).await,
    }
}
