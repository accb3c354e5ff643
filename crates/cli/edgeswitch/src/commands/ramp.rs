mod alarms;
mod error;
mod gated;
mod interrupt;
mod progress;
mod ramp_state;
mod schedule;
mod terms;
mod validation;
mod watch;

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use edge_time::Timestamp;
use plan_change::{Change, Effect, Hold, MARGIN, Ramp, Share, Summary};
use routing_core::ReleaseId;

use crate::commands::follow_up::{FollowUp, follow};
use crate::commands::followers::{announce_followers, lead_followers, move_followers};
use crate::commands::guarded::Guarded;
use crate::commands::index::check_index;
use crate::commands::moment::duration;
use crate::commands::release::release_id;
use crate::commands::report::report;
use crate::commands::rollback::taken_back;
use crate::completion::{Means, releases};
use crate::control::{Project, Session, Target, Writing, make_sure, update};
use crate::exit::Exit;
use crate::gate::GateOptions;
use crate::hooks::{HookPoint, Undo, after_change, after_rollback, before_traffic};

use alarms::RampAlarms;
pub(crate) use error::RampError;
use gated::is_held_by_a_gate;
use schedule::Schedule;
use terms::Terms;
use watch::{RESERVE, Watch, candidate};

/// The time between two renewals of the default lease of a ramp that the guard holds. It runs every minute, and may be
/// late.
const BETWEEN_RENEWALS_OF_THE_GUARD: Duration = Duration::from_secs(420);

/// The time between two renewals of the default lease: Parameter Store keeps only 100 versions.
const BETWEEN_RENEWALS: Duration = Duration::from_secs(300);

/// The words after a ramp with a gate was left to the guard.
const ASKED_BY_THE_GUARD: &str = "the guard asks the gate every minute, and holds a step while nothing can be told: see `edgeswitch status`";

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch ramp 9f2c1e7 --steps 1,10,50,100 --every 10m --alarm shop-5xx
  $ edgeswitch ramp 9f2c1e7 --preset linear-10-percent-every-1-minute --guarded
  $ edgeswitch ramp 9f2c1e7 --steps 1,10,50,100 --every 30m --gate --logs logs/
  $ edgeswitch ramp 9f2c1e7 --steps 1,10,50,100 --every 30m --guarded --gate
  $ edgeswitch ramp pause     # in another terminal
  $ edgeswitch ramp finish    # all remaining steps now
  $ edgeswitch ramp --resume  # take over, while the lease lasts

Exit codes:
  0  the last step applies, or the guard holds the ramp
  1  refused, rolled back, or left until the lease ends";

/// Which release gets more and more, and when.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_long_help = EXAMPLES)]
pub struct RampArgs {
    #[command(subcommand)]
    pub command: Option<RampCommand>,
    /// The id of the release.
    #[arg(value_name = "ID", value_parser = release_id, add = releases(Means::Candidates), required_unless_present = "resume")]
    pub id: Option<ReleaseId>,
    /// The shares in percent, in order, for example 1,10,50,100.
    #[arg(long, value_name = "PERCENT,...", value_delimiter = ',', value_parser = Share::parse, requires = "every", required_unless_present_any = ["preset", "resume"])]
    pub steps: Vec<Share>,
    /// The time between two steps, for example 90s, 10m or 1h.
    #[arg(long, value_name = "TIME", value_parser = duration, requires = "steps")]
    pub every: Option<Duration>,
    /// A named schedule: all-at-once, canary-10-percent-5-minutes or linear-10-percent-every-1-minute. Other
    /// numbers are possible.
    #[arg(long, value_name = "NAME", value_parser = Schedule::parse, conflicts_with = "steps")]
    pub preset: Option<Schedule>,
    /// Pause after this step until `ramp resume`.
    #[arg(long, value_name = "PERCENT", value_parser = Share::parse, conflicts_with = "resume")]
    pub pause_at: Option<Share>,
    /// How long the last step is watched before the ramp ends, for example 10m [default: 0s].
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub bake: Option<Duration>,
    /// How long the ramp stays in force after this command is killed. While it runs, the command renews the
    /// lease; each renewal is a version of the parameter [default: 6m plus the hard TTL, renewed every 5m]. With
    /// `--guarded`, at least 3m plus the hard TTL.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub lease: Option<Duration>,
    /// Roll back when this CloudWatch alarm fires. May be repeated.
    #[arg(long, value_name = "NAME")]
    pub alarm: Vec<String>,
    /// The Region of the alarms. CloudFront's own metrics are in us-east-1 [default: the plan's Region].
    #[arg(long, value_name = "REGION", requires = "alarm")]
    pub alarm_region: Option<String>,
    /// Ask the gate: roll back if the viewers of the release are worse off by the access logs, and hold the next step
    /// while nothing can be told. With `--guarded`, the guard asks, and the logs are in a bucket. See docs/gate.md.
    #[arg(long, conflicts_with = "detach")]
    pub gate: bool,
    /// Write the schedule without a lease, and return. The steps then continue without this command.
    #[arg(long, conflicts_with_all = ["lease", "alarm", "resume"])]
    pub detach: bool,
    /// Let the guard hold the ramp, and return: it renews the lease, watches the alarms, asks the gate, rolls back or ends
    /// the ramp.
    /// Refused if no guard has run for five minutes.
    #[arg(long, conflicts_with = "detach")]
    pub guarded: bool,
    /// The change after the last step. Without it, a last step below 100 % stays in force until the lease ends,
    /// and traffic then goes back unless `promote` or `ramp detach` runs before.
    #[arg(long, value_name = "CHANGE", value_enum, conflicts_with = "detach")]
    pub then: Option<Then>,
    /// Take over the ramp in progress: renew its lease and watch its alarms. From the guard, the command also takes over
    /// `--alarm`, `--alarm-region`, `--bake`, `--then` and the gate, unless it names them again.
    #[arg(long, conflicts_with_all = ["id", "steps", "preset"])]
    pub resume: bool,
    #[command(flatten)]
    pub comparison: GateOptions,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// The end of a ramp whose last step applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Then {
    /// Give the release all traffic
    Promote,
    /// Keep the share of the last step without a lease
    Detach,
}

/// The commands for the ramp in progress.
#[derive(Debug, Subcommand)]
pub enum RampCommand {
    /// Keep the release at its current share.
    ///
    /// The remaining steps wait until `ramp resume`. The command that runs the ramp goes on and renews the lease.
    #[command(after_long_help = "Examples:\n  $ edgeswitch ramp pause -y")]
    Pause(UnderWayArgs),
    /// Continue with the next steps.
    ///
    /// The next step begins as soon as every edge location can know of it. To take over the lease of a command that
    /// is gone, use `ramp --resume`.
    #[command(after_long_help = "Examples:\n  $ edgeswitch ramp resume -y")]
    Resume(UnderWayArgs),
    /// Undo the ramp: everybody gets the previous release immediately.
    #[command(
        after_long_help = "Examples:\n  $ edgeswitch ramp abort\n  $ edgeswitch ramp abort --dry-run"
    )]
    Abort(UnderWayArgs),
    /// Remove the lease: the steps continue without a command.
    ///
    /// Traffic then no longer goes back by itself if a command is killed.
    #[command(after_long_help = "Examples:\n  $ edgeswitch ramp detach")]
    Detach(UnderWayArgs),
    /// Skip the remaining steps: everybody gets the release.
    ///
    /// Every edge location switches in the same second, as after `promote`.
    #[command(
        after_long_help = "Examples:\n  $ edgeswitch ramp finish\n  $ edgeswitch ramp finish --no-wait -y"
    )]
    Finish(FinishArgs),
}

/// How the last step is written.
#[derive(Debug, Args)]
pub struct FinishArgs {
    /// Return when the plan is written; do not wait for the switch.
    #[arg(long)]
    pub no_wait: bool,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

impl RampArgs {
    pub(crate) fn target(&self) -> &Target {
        match &self.command {
            Some(
                RampCommand::Pause(args)
                | RampCommand::Resume(args)
                | RampCommand::Abort(args)
                | RampCommand::Detach(args),
            ) => &args.target,
            Some(RampCommand::Finish(args)) => &args.target,
            None => &self.target,
        }
    }
}

/// How the plan is written, and which.
#[derive(Debug, Args)]
pub struct UnderWayArgs {
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// Starts a ramp and watches it, takes over the ramp in progress, or changes it.
pub(crate) async fn ramp(args: &RampArgs, session: &mut Session<'_>) -> Result<Exit, RampError> {
    match (&args.command, &args.id) {
        (Some(RampCommand::Pause(args)), _) => change(&Change::RampPause, args, session).await,
        (Some(RampCommand::Resume(args)), _) => change(&Change::RampResume, args, session).await,
        (Some(RampCommand::Abort(args)), _) => change(&Change::RampAbort, args, session).await,
        (Some(RampCommand::Detach(args)), _) => change(&Change::EndLease, args, session).await,
        (Some(RampCommand::Finish(args)), _) => finish(args, session).await,
        (None, Some(id)) => begin(args, id, session).await,
        (None, None) => take_over(args, session).await,
    }
}

async fn change(
    change: &Change,
    args: &UnderWayArgs,
    session: &mut Session<'_>,
) -> Result<Exit, RampError> {
    let project = Project::find(&args.target)?;
    let mut updated = update(session, &project, change, args.writing).await?;
    report(session, &project, &updated)?;
    if args.writing.dry_run {
        announce_followers(session, &project, &updated).await?;
        return Ok(Exit::Done);
    }
    if *change == Change::RampAbort {
        let (lines, _) = lead_followers(session, &project, updated.version(&project)).await;
        session.console.say_lines(&lines)?;
        make_sure(session, &project, change, &mut updated).await?;
    }
    let moved = move_followers(session, &project, updated.version(&project)).await;
    if *change == Change::RampAbort {
        // Whatever has become of the followers, the rollback is in force.
        let hook = after_rollback(session, &project, "ramp", &taken_back(&updated), None).await;
        if let (Err(_), Err(error)) = (&moved, &hook) {
            session.console.say(&error.to_string())?;
        }
        moved?;
        hook?;
    } else {
        moved?;
    }
    Ok(Exit::Done)
}

/// Writes the last step, waits for it, and checks that it happened.
async fn finish(args: &FinishArgs, session: &mut Session<'_>) -> Result<Exit, RampError> {
    let project = Project::find(&args.target)?;
    let updated = update(session, &project, &Change::RampFinish, args.writing).await?;
    if !args.no_wait && !args.writing.dry_run {
        follow(session, &project, &FollowUp::of(&project, &updated)).await?;
        let effects = updated.changed.effects.iter();
        let release = effects.filter_map(promoted).next_back().unwrap_or_default();
        let point = HookPoint::AfterTraffic;
        after_change(session, &project, point, "ramp", release, Undo::Change).await?;
    }
    report(session, &project, &updated)?;
    Ok(Exit::Done)
}

/// The release that gets all traffic.
fn promoted(effect: &Effect) -> Option<&str> {
    if let Effect::GivesEverybody { release, .. } = effect { Some(release) } else { None }
}

async fn begin(
    args: &RampArgs,
    id: &ReleaseId,
    session: &mut Session<'_>,
) -> Result<Exit, RampError> {
    let project = Project::find(&args.target)?;
    check_index(session, &project, id).await?;
    let terms = Terms::of(args, &project)?;
    let gate = terms.gate.clone();
    let mut alarms = alarms(&terms, session, &project);
    let checked = session.clock.now();
    alarms.check_before(session).await?;
    let lease = lease(args, session, &project)?;
    let (bake, then) = (terms.bake, terms.then);
    let mut ramp = ramp_of(args, id, (!args.detach).then_some(lease))?;
    if args.guarded {
        let last = ramp.steps.last().copied();
        let is_partial = last.is_none_or(|share| share < Share::ALL);
        let hold = terms.hold(lease, is_partial, checked, args.target.local.is_some())?;
        check_steps(session, &project, &ramp, &hold)?;
        check_guard(session, &project, &hold).await?;
        ramp.guard = Some(hold);
    }
    check_hooks(&project, &ramp)?;
    let ramp = Change::Ramp(ramp);
    if !args.writing.dry_run {
        before_traffic(session, &project, "ramp", id, &ramp).await?;
    }
    let updated = update(session, &project, &ramp, args.writing).await?;
    if args.detach || args.guarded || args.writing.dry_run {
        announce_followers(session, &project, &updated).await?;
        report(session, &project, &updated)?;
        if args.guarded && gate.is_some() {
            session.console.say(ASKED_BY_THE_GUARD)?;
        }
        return Ok(Exit::Done);
    }
    let (release, stable, held) = (id.to_string(), None, None);
    let project = &project;
    Watch { project, release, lease, bake, then, alarms, gate, held, stable }.run(session).await
}

/// A gate needs the time to hold each step.
fn check_steps(
    session: &Session<'_>,
    project: &Project,
    ramp: &Ramp,
    hold: &Hold,
) -> Result<(), RampError> {
    let least = project.context_now(session).hard_ttl + MARGIN + guard_rules::RESERVE;
    if hold.gate.is_some() && ramp.steps.len() > 1 && ramp.every < least {
        let (seconds, least) = (ramp.every.as_secs(), least.as_secs());
        return Err(RampError::ShortSteps { seconds, least });
    }
    Ok(())
}

/// A hook must have ended before the next step begins. A ramp that nobody watches runs none.
fn check_hooks(project: &Project, ramp: &Ramp) -> Result<(), RampError> {
    let is_watched = ramp.lease.is_some() && ramp.guard.is_none();
    let hook = project.hooks.after_step.as_ref().filter(|_| is_watched);
    match hook.filter(|hook| ramp.steps.len() > 1 && hook.timeout >= ramp.every) {
        Some(hook) => Err(RampError::HookOutlasts {
            allowed: hook.timeout.as_secs(),
            step: ramp.every.as_secs(),
        }),
        None => Ok(()),
    }
}

async fn take_over(args: &RampArgs, session: &mut Session<'_>) -> Result<Exit, RampError> {
    let project = Project::find(&args.target)?;
    let release = candidate(session, &project).await?;
    let summary = seen(session, &project).await?;
    let share = summary.percent(&release);
    let is_held = is_held_by_a_gate(&summary);
    let held = summary.lease.and_then(|lease| lease.guard);
    let terms = match &held {
        Some(held) => Terms::held(held, args, &project)?,
        None => Terms { is_held, ..Terms::of(args, &project)? },
    };
    if held.is_some() {
        session.console.say(&format!("the guard holds the ramp: it goes on with {terms}"))?;
    }
    let mut alarms = alarms(&terms, session, &project);
    let checked = session.clock.now();
    alarms.check_before(session).await?;
    let lease = lease(args, session, &project)?;
    if args.guarded {
        return hand_over(args, terms, checked, session, &project, lease).await;
    }
    let (bake, then) = (terms.bake, terms.then);
    let step_held = terms.is_held.then_some(share);
    if held.is_some() {
        let change = Change::HandOver { lease, guard: None };
        update(session, &project, &change, args.writing).await?;
    }
    if args.writing.dry_run {
        return Ok(Exit::Done);
    }
    let (project, gate, held, stable) = (&project, terms.gate, step_held, None);
    Watch { project, release, lease, bake, then, alarms, gate, held, stable }.run(session).await
}

/// Gives the ramp in progress to the guard.
async fn hand_over(
    args: &RampArgs,
    terms: Terms,
    checked: Timestamp,
    session: &mut Session<'_>,
    project: &Project,
    lease: Duration,
) -> Result<Exit, RampError> {
    let summary = seen(session, project).await?;
    let last = summary.upcoming.last().map_or(&summary.traffic, |stage| &stage.traffic);
    let is_partial = last.len() > 1 || summary.paused_steps > 0;
    let hold = terms.hold(lease, is_partial, checked, args.target.local.is_some())?;
    check_guard(session, project, &hold).await?;
    let has_gate = hold.gate.is_some();
    let change = Change::HandOver { lease, guard: Some(hold) };
    let updated = update(session, project, &change, args.writing).await?;
    report(session, project, &updated)?;
    if has_gate {
        session.console.say(ASKED_BY_THE_GUARD)?;
    }
    Ok(Exit::Done)
}

async fn seen(session: &Session<'_>, project: &Project) -> Result<Summary, RampError> {
    let document = project.current(session.cloud).await?;
    Ok(Summary::of(&document, &project.context_now(session)))
}

/// Refuses to leave a ramp to a guard that does not run, or that would let every step pass.
async fn check_guard(
    session: &Session<'_>,
    project: &Project,
    hold: &Hold,
) -> Result<(), RampError> {
    match Guarded::read(session, project).await.map_err(RampError::GuardUnreadable)? {
        None => Err(RampError::NoGuard),
        Some(guard) if guard.is_late => Err(RampError::GuardGone(guard.ran)),
        Some(guard) if hold.gate.is_some() && !guard.asks_gate => Err(RampError::GuardOld),
        Some(_) => Ok(()),
    }
}

fn ramp_of(args: &RampArgs, id: &ReleaseId, lease: Option<Duration>) -> Result<Ramp, RampError> {
    let own = args.every.map(|every| Schedule { steps: args.steps.clone(), every });
    let Schedule { steps, every } = args.preset.clone().or(own).ok_or(RampError::NoSchedule)?;
    Ok(Ramp { id: id.clone(), steps, every, lease, pause_at: args.pause_at, guard: None })
}

/// The length of the lease. The guard needs one that outlasts three runs that are missed.
fn lease(args: &RampArgs, session: &Session<'_>, project: &Project) -> Result<Duration, RampError> {
    let hard_ttl = project.context_now(session).hard_ttl;
    let least = hard_ttl + guard_rules::RESERVE;
    if let Some(lease) = args.lease.filter(|lease| args.guarded && *lease < least) {
        let (seconds, least) = (lease.as_secs(), least.as_secs());
        return Err(RampError::ShortForGuard { seconds, least });
    }
    let default = if args.guarded {
        least + BETWEEN_RENEWALS_OF_THE_GUARD
    } else {
        hard_ttl + RESERVE + BETWEEN_RENEWALS
    };
    let default = default.max(hard_ttl * 2);
    Ok(args.lease.unwrap_or(default))
}

fn alarms(terms: &Terms, session: &Session<'_>, project: &Project) -> RampAlarms {
    let region = terms.alarm_region.as_deref().unwrap_or(&project.parameter.home_region);
    RampAlarms::new(session.cloud.alarms(region), terms.alarms.clone(), session.clock.now())
}
