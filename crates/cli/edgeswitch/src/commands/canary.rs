use clap::Args;
use plan_change::{Change, ChangeRefusal, Share};
use routing_core::{ReleaseId, Stage};
use thiserror::Error;

use crate::commands::followers::{
    FollowersError, announce_followers, finish_followers, wait_and_move,
};
use crate::commands::index::{IndexError, check_index};
use crate::commands::release::release_id;
use crate::commands::report::{Copied, report};
use crate::completion::{Means, releases};
use crate::control::{
    Project, ProjectError, Session, Target, TerminalError, Updated, WritePlanError, Writing,
    update, wait_until,
};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::hooks::{HookError, HookPoint, Undo, after_change, before_traffic};

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch canary 9f2c1e7 --weight 10
  $ edgeswitch canary 9f2c1e7 --weight 0.5 --dry-run";

/// Which release gets which share.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct CanaryArgs {
    /// The id of the release.
    #[arg(value_name = "ID", value_parser = release_id, add = releases(Means::Candidates))]
    pub id: ReleaseId,
    /// The share of the viewers in percent, from 0.1 to 99.9.
    #[arg(long, value_name = "PERCENT", value_parser = Share::parse)]
    pub weight: Share,
    /// Return when the plan is written. Otherwise the command waits for the share and moves the followers, if the
    /// configuration has any.
    #[arg(long)]
    pub no_wait: bool,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// The canary was not written.
#[derive(Debug, Error)]
pub(crate) enum CanaryError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Write(#[from] WritePlanError),
    #[error(transparent)]
    Followers(#[from] FollowersError),
    #[error(transparent)]
    Hook(#[from] HookError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for CanaryError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Index(error) => error.advice(),
            Self::Write(error) => error.advice(),
            Self::Followers(error) => error.advice(),
            Self::Hook(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// Writes the share of the release.
pub(crate) async fn canary(
    args: &CanaryArgs,
    session: &mut Session<'_>,
) -> Result<Exit, CanaryError> {
    let project = Project::find(&args.target)?;
    check_index(session, &project, &args.id).await?;
    let change = Change::Canary { id: args.id.clone(), share: args.weight };
    let waits = !args.writing.dry_run && !args.no_wait;
    if !args.writing.dry_run {
        before_traffic(session, &project, "canary", &args.id, &change).await?;
    }
    let updated = match update(session, &project, &change, args.writing).await {
        Err(WritePlanError::Refused(ChangeRefusal::Already(already)))
            if waits && !project.followers.is_empty() =>
        {
            finish_followers(session, &project, &already).await?;
            let copied = Copied::new(&[]);
            session.console.print(&copied.to_string(), &copied)?;
            return Ok(Exit::Done);
        }
        updated => updated?,
    };
    if waits {
        let (plan, version) = (updated.changed.document.plan(), updated.version(&project));
        wait_for_hook(session, &project, &updated).await?;
        wait_and_move(session, &project, plan, version).await?;
    } else {
        announce_followers(session, &project, &updated).await?;
    }
    report(session, &project, &updated)?;
    if waits {
        let (point, id) = (HookPoint::AfterStep, args.id.as_str());
        after_change(session, &project, point, "canary", id, Undo::Change).await?;
    }
    Ok(Exit::Done)
}

/// Waits until the release has its share, if a hook then validates it.
async fn wait_for_hook(
    session: &mut Session<'_>,
    project: &Project,
    updated: &Updated,
) -> Result<(), TerminalError> {
    if project.hooks.after_step.is_none() {
        return Ok(());
    }
    let stages = updated.changed.document.plan().stages();
    let now = session.clock.now();
    match stages.iter().map(Stage::from).find(|from| *from > now) {
        Some(at) => {
            wait_until(session, at, "hook after-step runs when the release has its share").await
        }
        None => Ok(()),
    }
}
