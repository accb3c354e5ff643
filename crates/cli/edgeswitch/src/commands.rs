//! The commands that read and change the plan.

mod canary;
mod capacity;
#[cfg(feature = "dev")]
mod dev;
mod diff;
mod difference;
mod documents;
mod explain;
mod follow;
mod history;
mod index;
mod init;
mod manual;
mod moment;
mod preview;
mod promote;
mod ramp;
mod registered;
mod registration;
mod release;
mod report;
mod rollback;
mod runtime;
mod status;
mod sync;
mod table;
mod terminal;
mod verify;

use clap::Subcommand;

use crate::control::Session;
use crate::exit::Exit;
use crate::failure::Failure;

pub use capacity::{
    Capacity, CapacityArgs, Demand, EDGE_REGIONS, Functions, RegionLoad, Throughput, estimate,
};
pub use explain::ExplainArgs;
pub use manual::{CompletionsArgs, ManualArgs};

pub(crate) use capacity::capacity;
pub(crate) use explain::run as explain;
pub(crate) use manual::{completions, manual};
pub(crate) use terminal::control;

/// The commands that read and change the plan.
#[derive(Debug, Subcommand)]
pub enum Control {
    /// Write a commented edgeswitch.toml and the first plan.
    Init(init::InitArgs),
    /// Register, list, withdraw and remove releases.
    ///
    /// A release is a deployment with an id of its own: its files in the bucket, and its back ends. Only
    /// registered releases are ever served.
    #[command(subcommand)]
    Release(release::Release),
    /// Give a release all traffic, everywhere in the same second.
    ///
    /// The switch is written one refresh ahead, so that every edge location knows of it. Viewers who have another release keep it until their next page load. The command waits for the
    /// switch and looks whether it has happened.
    Promote(promote::PromoteArgs),
    /// Give a release a share of the viewers, more or less than it has.
    ///
    /// While the share grows, nobody who was given the release leaves it. `promote` or `rollback` ends it.
    Canary(canary::CanaryArgs),
    /// Give a release more and more of the viewers, on a schedule.
    ///
    /// The whole schedule is written at once. The command stays until the last step applies, and renews a
    /// lease: if it is killed, the lease ends, and everybody gets the release from before.
    Ramp(ramp::RampArgs),
    /// Take back the change under way, or else the last promote, at once.
    ///
    /// One read and one write; every edge location follows within the hard TTL (45 s). The release stays
    /// registered, so that a preview link still shows it.
    Rollback(rollback::RollbackArgs),
    /// Print links that show a release to whoever follows them.
    ///
    /// A link sets a cookie that beats the plan, in that browser alone.
    Preview(preview::PreviewArgs),
    /// Visit a release through CloudFront, with all that its pages load.
    ///
    /// It gets the release by an override, as a preview link does, and looks that nobody else gets it so.
    Verify(verify::VerifyArgs),
    /// Say who gets what now, since when, and what happens next.
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
pub async fn carry_out(
    command: &Control,
    session: &mut Session<'_>,
) -> Result<Exit, Box<dyn Failure>> {
    Ok(match command {
        Control::Init(args) => init::init(args, session).await?,
        Control::Release(command) => release::release(command, session).await?,
        Control::Promote(args) => promote::promote(args, session).await?,
        Control::Canary(args) => canary::canary(args, session).await?,
        Control::Ramp(args) => ramp::ramp(args, session).await?,
        Control::Rollback(args) => rollback::rollback(args, session).await?,
        Control::Preview(args) => preview::preview(args, session).await?,
        Control::Verify(args) => verify::verify(args, session).await?,
        Control::Status(args) => status::status(args, session).await?,
        Control::History(args) => history::history(args, session).await?,
        Control::Diff(args) => diff::diff(args, session).await?,
        Control::Sync(args) => sync::sync(args, session).await?,
    })
}
