use routing_core::ReleaseId;

use super::run;
use crate::commands::{TakenBack, take_back};
use crate::control::{Project, Session};
use crate::hooks::{HookError, HookFacts, HookFailure, HookPoint};

/// Gives everybody the previous release, because a hook has failed, and runs the hook for rollbacks. Returns the error
/// that says how that ended.
pub(super) async fn roll_back(
    session: &mut Session<'_>,
    project: &Project,
    command: &'static str,
    release: &str,
    previous: Option<String>,
    failure: HookFailure,
) -> HookError {
    let to = previous.as_deref().and_then(|previous| ReleaseId::parse(previous).ok());
    let why = failure.to_string();
    let TakenBack { followers, hook } =
        match take_back(session, project, command, release, to.clone(), &why).await {
            Ok(taken_back) => taken_back,
            Err(problem) => return HookError::RollbackFailed { failure, problem, to },
        };
    match (followers, hook) {
        (Ok(()), Ok(())) => HookError::RolledBack(failure),
        (Ok(()), Err(left)) => HookError::HookLeft { failure, left: Box::new(left) },
        (Err(left), hook) => {
            if let Err(error) = hook {
                // The terminal may be gone. The rollback is in force all the same.
                let _ = session.console.say(&error.to_string());
            }
            HookError::FollowersLeft { failure, left: Box::new(left) }
        }
    }
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
