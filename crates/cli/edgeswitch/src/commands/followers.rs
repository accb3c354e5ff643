use edge_config::Follower;
use edge_time::Timestamp;
use plan_change::Moment;
use routing_core::Plan;
use thiserror::Error;

use crate::control::{Project, ReadPlanError, Session, TerminalError, Updated, wait_until};
use crate::failure::{Advice, Failure};
use crate::following::{FollowerError, Is, Mode, bring_all, lines, preview};
use terminal_text::Lines;

/// The plan is written, but a follower does not have its shares.
#[derive(Debug, Error)]
pub(crate) enum FollowersError {
    #[error("the plan is written, but {0}")]
    NotMoved(FollowerError),
    #[error("the plan is written, but follower `{0}` is not: somebody else has changed it")]
    Drifted(String),
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for FollowersError {
    fn advice(&self) -> Advice {
        match self {
            Self::NotMoved(error) => error.advice(),
            Self::Drifted(_) => {
                Advice::failed().hint("`edgeswitch follow --force` gives it the shares of the plan")
            }
            Self::Read(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// Gives the followers the shares of the stage in force, and says each that has changed. `since` is the version of the
/// plan that this command has written or seen.
pub(crate) async fn move_followers(
    session: &mut Session<'_>,
    project: &Project,
    since: u64,
) -> Result<(), FollowersError> {
    let (lines, moved) = lead_followers(session, project, since).await;
    session.console.say_lines(&lines)?;
    moved
}

/// Like [`move_followers`], and returns the lines.
pub(crate) async fn lead_followers(
    session: &Session<'_>,
    project: &Project,
    since: u64,
) -> (Lines, Result<(), FollowersError>) {
    let followers: Vec<&Follower> = project.followers.iter().collect();
    let (mut moved, failed) = bring_all(session, project, &followers, Mode::Follow, since).await;
    moved.retain(|one| one.is != Is::InLine);
    let lines = lines(&moved);
    let drifted = moved.into_iter().find(|one| one.is == Is::Drifted);
    let result = match (failed.into_iter().next(), drifted) {
        (Some(error), _) => Err(FollowersError::NotMoved(error)),
        (None, Some(one)) => Err(FollowersError::Drifted(one.name)),
        (None, None) => Ok(()),
    };
    (lines, result)
}

/// Waits for the next stage of the plan, and moves the followers. Without followers it returns at once.
pub(crate) async fn wait_and_move(
    session: &mut Session<'_>,
    project: &Project,
    plan: &Plan,
    since: u64,
) -> Result<(), FollowersError> {
    if project.followers.is_empty() {
        return Ok(());
    }
    let now = session.clock.now();
    if let Some(at) = next_stage(plan, now) {
        let what = format!(
            "the followers move at {}: after Ctrl-C, `edgeswitch follow` moves them",
            Moment { at, now }
        );
        wait_until(session, at, &what).await?;
    }
    move_followers(session, project, since).await
}

/// For a change that the plan has already: an earlier command may have ended before it moved the followers.
pub(crate) async fn finish_followers(
    session: &mut Session<'_>,
    project: &Project,
    already: &str,
) -> Result<(), FollowersError> {
    session.console.say(&format!("{already}: the followers are compared with the plan"))?;
    let document = project.current(session.cloud).await?;
    wait_and_move(session, project, document.plan(), 0).await
}

fn next_stage(plan: &Plan, now: Timestamp) -> Option<Timestamp> {
    plan.stages().iter().map(routing_core::Stage::from).find(|from| *from > now)
}

/// After a change whose stage begins later, or a dry run: says how the followers will differ.
pub(crate) async fn announce_followers(
    session: &mut Session<'_>,
    project: &Project,
    updated: &Updated,
) -> Result<(), TerminalError> {
    if project.followers.is_empty() {
        return Ok(());
    }
    let plan = updated.changed.document.plan();
    let at = next_stage(plan, session.clock.now()).unwrap_or_else(|| session.clock.now());
    for follower in &project.followers {
        match preview(session, plan, follower, at).await {
            Ok(seen) if seen.is == Is::InLine => {}
            Ok(seen) => session.console.say_lines(&lines(&[seen]))?,
            Err(error) => session.console.say(&error.to_string())?,
        }
    }
    Ok(())
}
