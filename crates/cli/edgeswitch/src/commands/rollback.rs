use clap::Args;
use plan_change::Change;
use routing_core::{Plan, ReleaseId, Stage};
use thiserror::Error;

use crate::commands::follow_up::{FollowError, FollowUp, follow};
use crate::commands::followers::{announce_followers, lead_followers, move_followers};
use crate::commands::release::release_id;
use crate::commands::report::report;
use crate::completion::{Means, releases};
use crate::control::{
    Project, ProjectError, ReadPlanError, Session, Target, TerminalError, Updated, WritePlanError,
    Writing, make_sure, update,
};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::hooks::{HookError, after_rollback};

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch rollback
  $ edgeswitch rollback 41ab03d --reason 'the checkout is slow'
  $ edgeswitch rollback -y --parameter /shop/plan --region eu-central-1

Exit codes:
  0  the rollback is in force
  1  refused or failed: the error says whether the plan was written
  2  bad usage: nothing was written";

/// Where to go back to.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct RollbackArgs {
    /// The release that gets all traffic. Without it, the command undoes the change in progress, or else the
    /// last promote.
    #[arg(value_name = "ID", value_parser = release_id, add = releases(Means::Former))]
    pub id: Option<ReleaseId>,
    /// Roll back only if this release has traffic, or a later stage gives it traffic. For pipelines that may
    /// have rolled back already.
    #[arg(long, value_name = "ID", value_parser = release_id, add = releases(Means::Serving))]
    pub from: Option<ReleaseId>,
    /// The reason for the rollback. The plan keeps it, and `history` shows it.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Return when the plan is written. Otherwise the command also invalidates the documents if
    /// `decide_at` is `origin-request`.
    #[arg(long)]
    pub no_wait: bool,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// The rollback was not written, or its invalidation did not happen.
#[derive(Debug, Error)]
pub(crate) enum RollbackError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Write(#[from] WritePlanError),
    #[error(transparent)]
    Follow(#[from] FollowError),
    #[error(transparent)]
    Hook(#[from] HookError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for RollbackError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Read(error) => error.advice(),
            Self::Write(error) => error.advice(),
            Self::Follow(error) => error.advice(),
            Self::Hook(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// Writes the rollback with one read and one write. Then checks that it is still in force.
pub(crate) async fn rollback(
    args: &RollbackArgs,
    session: &mut Session<'_>,
) -> Result<Exit, RollbackError> {
    let project = Project::find(&args.target)?;
    if let Some(from) = &args.from
        && !has_traffic(session, &project, from).await?
    {
        session.console.say(&format!("{from} has no traffic: there is nothing to take back"))?;
        return Ok(Exit::Done);
    }
    let change = Change::Rollback { to: args.id.clone(), reason: args.reason.clone() };
    let mut updated = match update(session, &project, &change, args.writing).await {
        Ok(updated) => updated,
        Err(error) => {
            // An earlier rollback may have ended before it moved them.
            let is_refused = matches!(error, WritePlanError::Refused(_)) && !args.writing.dry_run;
            if is_refused || error.may_be_written() {
                let (lines, _) = lead_followers(session, &project, 0).await;
                session.console.say_lines(&lines)?;
            }
            return Err(error.into());
        }
    };
    report(session, &project, &updated)?;
    if args.writing.dry_run {
        announce_followers(session, &project, &updated).await?;
        return Ok(Exit::Done);
    }
    // First of all. Whatever happens to them, the plan is made sure of, and they are looked at again.
    let (lines, _) = lead_followers(session, &project, updated.version(&project)).await;
    session.console.say_lines(&lines)?;
    if make_sure(session, &project, &change, &mut updated).await? {
        let [(region, version), ..] = updated.written.as_slice() else { return Ok(Exit::Done) };
        let again = format!(
            "another write had replaced it: it is written again, version {version} in {region}"
        );
        session.console.say(&again)?;
    }
    let followed = if args.no_wait {
        let version = updated.version(&project);
        move_followers(session, &project, version).await.map_err(FollowError::from)
    } else {
        let follow_up = FollowUp::of(&project, &updated).without_switch();
        follow(session, &project, &follow_up).await.map(drop)
    };
    let release = taken_back(&updated);
    let reason = args.reason.as_deref();
    // Whatever has become of the followers and the documents, the rollback is in force.
    let hook = after_rollback(session, &project, "rollback", &release, reason).await;
    if let (Err(_), Err(error)) = (&followed, &hook) {
        session.console.say(&error.to_string())?;
    }
    followed?;
    hook?;
    Ok(Exit::Done)
}

/// The release that has lost its traffic, or the share that it had: the last one of the plan before.
pub(super) fn taken_back(updated: &Updated) -> String {
    let (before, after) = (updated.before.plan(), updated.changed.document.plan());
    let named = |plan: &Plan| -> Vec<String> {
        let last = plan.stages().last();
        let weights = last.map(Stage::weights).unwrap_or_default();
        let carrying = weights.iter().filter(|(_, weight)| *weight > 0);
        let ids = carrying.filter_map(|(index, _)| plan.releases().get(*index));
        ids.map(|release| release.id.to_string()).collect()
    };
    let kept = named(after);
    let lost = named(before).into_iter().rfind(|release| !kept.contains(release));
    lost.or_else(|| kept.into_iter().next()).unwrap_or_default()
}

/// Whether the release has traffic, or a later or paused stage gives it traffic.
async fn has_traffic(
    session: &Session<'_>,
    project: &Project,
    id: &ReleaseId,
) -> Result<bool, ReadPlanError> {
    let document = project.current(session.cloud).await?;
    Ok(plan_change::has_traffic(&document, &project.context_now(session), id))
}
