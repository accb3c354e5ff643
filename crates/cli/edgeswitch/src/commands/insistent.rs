use std::time::Duration;

use plan_change::{Change, ChangeRefusal};
use routing_core::ReleaseId;
use tokio::time::sleep;

use crate::commands::followers::{FollowersError, lead_followers};
use crate::control::{Project, Session, WritePlanError, Writing, make_sure, update};
use crate::hooks::{HookError, after_rollback};

/// The number of attempts to roll back, and the time between them.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_secs(2);

/// How the work after a rollback ended. The rollback itself is in force.
pub(crate) struct TakenBack {
    pub(crate) followers: Result<(), FollowersError>,
    pub(crate) hook: Result<(), HookError>,
}

/// Takes the traffic of `release` back, moves the followers, and runs the hook for rollbacks.
///
/// # Errors
/// The problem, if the plan could not be rolled back.
pub(crate) async fn take_back(
    session: &mut Session<'_>,
    project: &Project,
    command: &'static str,
    release: &str,
    to: Option<ReleaseId>,
    why: &str,
) -> Result<TakenBack, String> {
    let version = insist_on_rollback(session, project, release, to, why).await?;
    // The followers move first: a hook may take long.
    let (_, followers) = lead_followers(session, project, version).await;
    let hook = after_rollback(session, project, command, release, Some(why)).await;
    Ok(TakenBack { followers, hook })
}

/// Takes the traffic of `release` back, and tries again if that fails. Returns the version of the plan with the rollback,
/// or 0 if somebody else has written it.
///
/// The caller names the release that gets the traffic. Otherwise a second attempt would go to an even older one.
///
/// # Errors
/// The problem of the last attempt.
async fn insist_on_rollback(
    session: &mut Session<'_>,
    project: &Project,
    release: &str,
    to: Option<ReleaseId>,
    why: &str,
) -> Result<u64, String> {
    let change = Change::Rollback { to, reason: Some(why.to_owned()) };
    let (mut problem, mut version) = (String::new(), 0);
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            sleep(PAUSE).await;
        }
        match attempt_rollback(session, project, &change, &mut version).await {
            Ok(()) => return Ok(version),
            Err(WritePlanError::Refused(ChangeRefusal::Already(already))) => {
                match has_traffic(session, project, release).await {
                    Ok(false) => return Ok(version),
                    Ok(true) => problem = already,
                    Err(error) => problem = error,
                }
            }
            Err(error) => problem = error.to_string(),
        }
    }
    Err(problem)
}

async fn attempt_rollback(
    session: &mut Session<'_>,
    project: &Project,
    change: &Change,
    version: &mut u64,
) -> Result<(), WritePlanError> {
    let mut updated = update(session, project, change, Writing::AGREED).await?;
    // First of all. The caller moves them again when the plan is sure.
    *version = updated.version(project);
    let _ = lead_followers(session, project, *version).await;
    make_sure(session, project, change, &mut updated).await?;
    *version = updated.version(project);
    Ok(())
}

async fn has_traffic(
    session: &Session<'_>,
    project: &Project,
    release: &str,
) -> Result<bool, String> {
    let document = project.current(session.cloud).await.map_err(|error| error.to_string())?;
    let release = ReleaseId::parse(release).map_err(|error| error.to_string())?;
    Ok(plan_change::has_traffic(&document, &project.context_now(session), &release))
}
