use clap::Args;
use plan_change::{Change, ChangeRefusal, Effect, Moment, When};
use routing_core::{DecideAt, ReleaseId};
use thiserror::Error;

use crate::commands::follow_up::{FollowError, FollowUp, follow};
use crate::commands::followers::{FollowersError, announce_followers, finish_followers};
use crate::commands::index::{IndexError, check_index};
use crate::commands::moment::At;
use crate::commands::release::release_id;
use crate::commands::report::{Copied, report};
use crate::completion::{Means, releases};
use crate::control::{
    Project, ProjectError, Session, Target, TerminalError, WritePlanError, Writing, update,
};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::hooks::{HookError, HookPoint, Undo, after_change, before_traffic};

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch promote 9f2c1e7            # in 50 s, by default
  $ edgeswitch promote 9f2c1e7 --now      # as each location reads the plan
  $ edgeswitch promote 9f2c1e7 --at +30m  # in half an hour

Exit codes:
  0  the release has all traffic; with --no-wait, the plan is written
  1  refused or failed: the error says whether the plan was written
  2  bad usage: nothing was written";

/// Which release gets all traffic, and when.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct PromoteArgs {
    /// The id of the release.
    #[arg(value_name = "ID", value_parser = release_id, add = releases(Means::Candidates))]
    pub id: ReleaseId,
    /// Switch at each edge location as soon as it reads the plan, instead of everywhere in the same second.
    #[arg(long, conflicts_with = "at")]
    pub now: bool,
    /// The time of the switch, for example 2026-11-22T10:30:00Z or +5m.
    #[arg(long, value_name = "TIME", value_parser = At::parse)]
    pub at: Option<At>,
    /// Return when the plan is written; do not wait for the switch.
    #[arg(long)]
    pub no_wait: bool,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// The promote was not written, or its switch did not happen.
#[derive(Debug, Error)]
pub(crate) enum PromoteError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Write(#[from] WritePlanError),
    #[error(transparent)]
    Follow(#[from] FollowError),
    #[error(transparent)]
    Followers(#[from] FollowersError),
    #[error(transparent)]
    Hook(#[from] HookError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for PromoteError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Index(error) => error.advice(),
            Self::Write(error) => error.advice(),
            Self::Follow(error) => error.advice(),
            Self::Followers(error) => error.advice(),
            Self::Hook(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// Writes the plan, waits for the switch, and checks that it happened.
pub(crate) async fn promote(
    args: &PromoteArgs,
    session: &mut Session<'_>,
) -> Result<Exit, PromoteError> {
    let project = Project::find(&args.target)?;
    check_index(session, &project, &args.id).await?;
    let at = match (args.now, args.at) {
        (true, _) => When::Now,
        (false, Some(at)) => When::At(at.from(session.clock.now())),
        (false, None) => When::NextFlip,
    };
    let change = Change::Promote { id: args.id.clone(), at };
    if !args.writing.dry_run {
        before_traffic(session, &project, "promote", &args.id, &change).await?;
    }
    let updated = match update(session, &project, &change, args.writing).await {
        Err(WritePlanError::Refused(ChangeRefusal::Already(already)))
            if is_unfinished(args, &project) =>
        {
            return finish(session, &project, &already).await;
        }
        Err(WritePlanError::Refused(ChangeRefusal::Already(already)))
            if has_followers(args, &project) =>
        {
            finish_followers(session, &project, &already).await?;
            return said_nothing_written(session);
        }
        updated => updated?,
    };
    if !args.no_wait && !args.writing.dry_run {
        let follow_up = FollowUp::of(&project, &updated);
        follow(session, &project, &follow_up).await?;
        let (point, id) = (HookPoint::AfterTraffic, args.id.as_str());
        after_change(session, &project, point, "promote", id, undo(&updated.changed.effects))
            .await?;
    } else {
        announce_followers(session, &project, &updated).await?;
    }
    report(session, &project, &updated)?;
    Ok(Exit::Done)
}

/// A promote of the active release ends a canary: it names no release to which a rollback goes.
fn undo(effects: &[Effect]) -> Undo {
    let has = |is: fn(&Effect) -> bool| effects.iter().any(is);
    let gives = has(|effect| matches!(effect, Effect::GivesEverybody { .. }));
    let goes_back = has(|effect| matches!(effect, Effect::RollsBackTo { .. }));
    if gives && !goes_back { Undo::Nothing } else { Undo::Change }
}

/// Whether a promote with nothing to write may still have to invalidate documents.
fn is_unfinished(args: &PromoteArgs, project: &Project) -> bool {
    let config = project.config.as_ref();
    let decide_at = config.map(|config| config.rules.decide_at);
    decide_at == Some(DecideAt::OriginRequest) && !args.no_wait && !args.writing.dry_run
}

/// Repeats the invalidation, because an earlier command may have been interrupted before it.
async fn finish(
    session: &mut Session<'_>,
    project: &Project,
    already: &str,
) -> Result<Exit, PromoteError> {
    session.console.say(&format!("{already}: its documents are invalidated again"))?;
    let context = project.context_now(session);
    let followed = Moment { at: context.followed(), now: context.now };
    follow(session, project, &FollowUp::invalidation_at(followed)).await?;
    said_nothing_written(session)
}

/// Whether a promote with nothing to write may still have to move followers.
fn has_followers(args: &PromoteArgs, project: &Project) -> bool {
    !project.followers.is_empty() && !args.no_wait && !args.writing.dry_run
}

fn said_nothing_written(session: &mut Session<'_>) -> Result<Exit, PromoteError> {
    let copied = Copied::new(&[]);
    session.console.print(&copied.to_string(), &copied)?;
    Ok(Exit::Done)
}
