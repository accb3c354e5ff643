//! The commands of the control program.

mod attach;
mod attachment;
mod canary;
mod capacity;
mod charts;
mod deploy;
mod destroy;
mod detach;
#[cfg(feature = "dev")]
mod dev;
mod diff;
mod difference;
mod doctor;
mod documents;
mod explain;
mod follow;
mod follow_up;
mod followers;
mod forecast;
mod gate;
mod guard;
mod guarded;
mod history;
mod index;
mod init;
mod insistent;
mod manual;
mod moment;
mod observe;
mod preview;
mod promote;
mod ramp;
mod registered;
mod registration;
mod release;
mod report;
mod rollback;
mod runtime;
mod state;
mod status;
mod sync;
mod table;
mod terminal;
mod verify;

use clap::Subcommand;

use crate::control::{Session, Target};
use crate::exit::Exit;
use crate::failure::Failure;

pub use capacity::{
    Capacity, CapacityArgs, Demand, EDGE_REGIONS, Functions, RegionLoad, Throughput, estimate,
};
pub use explain::ExplainArgs;
pub use manual::{CompletionsArgs, ManualArgs};

pub(crate) use capacity::capacity;
pub(crate) use explain::run as explain;
pub(crate) use follow_up::DOCUMENTS;
pub(crate) use followers::FollowersError;
pub(crate) use insistent::{TakenBack, take_back};
pub(crate) use manual::{completions, manual};
pub(crate) use moment::duration;
pub(crate) use release::{IDLE, ReleaseState};
pub(crate) use runtime::runtime;
pub(crate) use terminal::control;

/// The commands that read and change the plan.
#[derive(Debug, Subcommand)]
pub enum Control {
    /// Write a commented edgeswitch.toml, and the first plan.
    ///
    /// Without an id, the command writes only the configuration. With an id, it also writes the plan that gives this
    /// release all traffic. It never overwrites a configuration or a plan.
    Init(init::InitArgs),
    /// Register, list, withdraw and remove releases.
    ///
    /// A release is one deployment with its own id: its files in the bucket, and its back ends. Only
    /// registered releases are served.
    #[command(subcommand)]
    Release(release::Release),
    /// Give a release all traffic, everywhere in the same second.
    ///
    /// The switch is scheduled far enough ahead that every edge location knows it in time. Viewers with
    /// another release keep it until their next page load. The command waits for the switch and checks that
    /// it happened.
    Promote(promote::PromoteArgs),
    /// Give a release a share of the viewers, or change its share.
    ///
    /// While the share grows, viewers who have the release keep it. `promote` or `rollback` ends a canary.
    Canary(canary::CanaryArgs),
    /// Give a release a growing share of the viewers, on a schedule.
    ///
    /// The command writes the whole schedule at once. It then renews a lease until the last step applies. If
    /// the command is killed, the lease ends and everybody gets the previous release.
    Ramp(ramp::RampArgs),
    /// Undo the change in progress, or else the last promote.
    ///
    /// It takes one read and one write. Every edge location follows within the hard TTL (45 s). The release
    /// stays registered, so a preview link still shows it.
    Rollback(rollback::RollbackArgs),
    /// Print links that show a release to anyone who opens them.
    ///
    /// A link sets a cookie in the browser that opens it. For that browser the cookie overrides the plan. See
    /// docs/preview-links.md.
    Preview(preview::PreviewArgs),
    /// Check the pages and assets of a release through CloudFront.
    ///
    /// The command selects the release by an override, like a preview link, and checks that other viewers do
    /// not get it.
    Verify(verify::VerifyArgs),
    /// Deploy the functions to your account, and test each version.
    ///
    /// The command builds the packages, uploads them, and makes or changes one CloudFormation stack in
    /// us-east-1. It then sends events to each new version and compares the answers with those of the same
    /// code on this machine. No distribution changes: `edgeswitch attach` gives it the versions.
    Deploy(deploy::DeployArgs),
    /// Delete the functions and policies of `deploy`.
    ///
    /// The command is refused while a distribution has one of the functions. It never deletes a bucket with
    /// releases, or the plan.
    Destroy(destroy::DestroyArgs),
    /// Look for mistakes in a distribution and in all that it uses.
    ///
    /// That is its functions, policies, bucket and plan. The command only reads. Each finding names the value that was
    /// read, the effect for viewers, and the repair. A value that cannot be read is never sound.
    Doctor(doctor::DoctorArgs),
    /// Attach the functions to a distribution that exists.
    ///
    /// The command edits the configuration as CloudFront sends it and keeps everything that it does not need to
    /// change. It shows every change and asks. The configuration from before is kept in a file for `detach`.
    Attach(attach::AttachArgs),
    /// Take the functions out of a distribution again.
    ///
    /// If nobody else has changed the distribution, it gets the configuration from before `attach` back, byte
    /// for byte. Otherwise only the parts of `attach` are taken out.
    Detach(detach::DetachArgs),
    /// Show and set the versions that releases share.
    ///
    /// A state is, for example, the schema of a database or the API of a service. A release declares its
    /// needs with `release add --needs`. No command gives a release traffic that cannot run on the state. See docs/state.md.
    #[command(subcommand)]
    State(state::State),
    /// Show the releases that viewers get now, and the next changes.
    Status(status::StatusArgs),
    /// List the versions of the plan with time, author and change.
    History(history::HistoryArgs),
    /// Compare two plans: versions of the parameter, or files.
    Diff(diff::DiffArgs),
    /// Copy the home Region's plan to every replica Region.
    ///
    /// Every change writes all Regions. If one of them could not be written, this command repairs it.
    Sync(sync::SyncArgs),
    /// Give load balancers and DNS records the shares of the plan.
    ///
    /// The followers are in the tables `[[followers]]` of edgeswitch.toml. `promote`, `canary`, `ramp` and `rollback` move them
    /// too. This command moves them when a stage begins without another command, and shows the changes of others.
    Follow(follow::FollowArgs),
    /// Watch the plan and its ramps while nobody looks.
    ///
    /// The command works like the deployed guard, and notes each run beside the plan. `ramp --guarded` leaves a ramp
    /// to the guard. See docs/guard.md.
    Guard(guard::GuardArgs),
    /// Compute how fast a change moves the requests of viewers.
    ///
    /// Viewers stay where they were while a page is open, a group cookie is valid or a DNS answer is kept. The model of
    /// viewers has assumptions, which the options change.
    Forecast(forecast::ForecastArgs),
    /// Count viewers and errors of each release in access logs.
    ///
    /// The command also counts requests, cache hits and times. It keeps pages, files and data apart. The logs are CloudFront's
    /// standard logs, legacy or v2. The command needs an account only for a bucket and for the history of the plan. See docs/observe.md.
    Observe(observe::ObserveArgs),
    /// Say by access logs if a release is worse for its viewers.
    ///
    /// The command compares the release on trial with the active one, minute by minute: how many viewers had a server error,
    /// a missing file or a page error. It may be asked as often as you like. See docs/gate.md.
    Gate(gate::GateArgs),
}

impl Control {
    /// Which plan the command works on, if it works on one.
    pub(crate) fn target(&self) -> Option<&Target> {
        Some(match self {
            Self::Init(args) => &args.target,
            Self::Release(command) => command.target(),
            Self::Promote(args) => &args.target,
            Self::Canary(args) => &args.target,
            Self::Ramp(args) => args.target(),
            Self::Rollback(args) => &args.target,
            Self::Preview(args) => &args.target,
            Self::Verify(args) => &args.target,
            Self::State(command) => command.target(),
            Self::Status(args) => &args.target,
            Self::History(args) => &args.target,
            Self::Diff(args) => &args.target,
            Self::Sync(args) => &args.target,
            Self::Follow(args) => &args.target,
            Self::Guard(args) => &args.target,
            Self::Forecast(args) => &args.target,
            Self::Observe(args) => &args.target,
            Self::Gate(args) => &args.target,
            Self::Deploy(_)
            | Self::Destroy(_)
            | Self::Doctor(_)
            | Self::Attach(_)
            | Self::Detach(_) => return None,
        })
    }
}

/// Carries out one command.
///
/// # Errors
/// When the command is refused or fails.
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
        Control::Deploy(args) => deploy::deploy(args, session).await?,
        Control::Destroy(args) => destroy::destroy(args, session).await?,
        Control::Doctor(args) => doctor::doctor(args, session).await?,
        Control::Attach(args) => attach::attach(args, session).await?,
        Control::Detach(args) => detach::detach(args, session).await?,
        Control::State(command) => state::state(command, session).await?,
        Control::Status(args) => status::status(args, session).await?,
        Control::History(args) => history::history(args, session).await?,
        Control::Diff(args) => diff::diff(args, session).await?,
        Control::Sync(args) => sync::sync(args, session).await?,
        Control::Follow(args) => follow::follow(args, session).await?,
        Control::Guard(args) => guard::guard(args, session).await?,
        Control::Forecast(args) => forecast::forecast(args, session).await?,
        Control::Observe(args) => observe::observe(args, session).await?,
        Control::Gate(args) => gate::gate(args, session).await?,
    })
}
