use std::time::Duration;

use plan_change::{Change, ChangeRefusal};
use routing_core::ReleaseId;
use tokio::time::sleep;

use super::run;
use crate::commands::lead_followers;
use crate::control::{Project, Session, WritePlanError, Writing, make_sure, update};
use crate::hooks::{HookError, HookFacts, HookPoint};

/// The number of attempts to roll back, and the time between them.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_secs(2);
/// Writes without a question: the user agreed to the change and to its hooks.
const AGREED: Writing = Writing { dry_run: false, yes: true };

/// Gives everybody the previous release, because a hook has failed, and runs the hook for rollbacks.
///
/// # Errors
/// The problem of the last attempt.
pub(crate) async fn roll_back(
    session: &mut Session<'_>,
    project: &Project,
    command: &'static str,
    release: &str,
    previous: Option<String>,
    why: &str,
) -> Result<(), String> {
    let to = previous.as_deref().and_then(|previous| ReleaseId::parse(previous).ok());
    let change = Change::Rollback { to, reason: Some(why.to_owned()) };
    let (mut problem, mut version) = (String::new(), Default::default());
    for _ in 0..ATTEMPTS {
        let made = match update(session, project, &change, AGREED).await {
            Ok(mut updated) => {
                // First of all. They are looked at again when the plan is sure.
                version = updated.version(project);
                let _ = lead_followers(session, project, version).await;
                make_sure(session, project, &change, &mut updated).await.map(drop)
            }
            Err(error) => Err(error),
        };
        match made {
            Ok(()) | Err(WritePlanError::Refused(ChangeRefusal::Already(_))) => {
                let (_, moved) = lead_followers(session, project, version).await;
                moved.map_err(|error| error.to_string())?;
                let after = after_rollback(session, project, command, release, Some(why)).await;
                return after.map_err(|error| error.to_string());
            }
            Err(error) => problem = error.to_string(),
        }
        sleep(PAUSE).await;
    }
    Err(problem)
}

/// Runs the hook for rollbacks. Its failure takes nothing back.
pub(crate) async fn after_rollback(
    session: &mut Session<'_>,
    project: &Project,
    command: &'static str,
    release: &str,
    reason: Option<&str>,
) -> Result<(), HookError> {
    if project.hooks.on_rollback.is_none() {
        return Ok(());
    }
    let document = project.current(session.cloud).await?;
    let point = HookPoint::OnRollback;
    let facts = HookFacts::of(point, command, release, &document, session, project);
    let facts = HookFacts { reason: reason.map(ToOwned::to_owned), ..facts };
    run(session, project, facts).await?.map_err(HookError::AfterRollback)
}
