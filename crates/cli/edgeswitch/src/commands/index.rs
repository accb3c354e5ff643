use routing_core::ReleaseId;

use crate::control::{ControlError, Project, Session};

/// Refuses a release whose index document is not in the bucket, where the configuration names one; where it
/// names none, `release add` has said so.
///
/// A release that the plan does not have is the change's to refuse.
pub(crate) async fn check_index(
    session: &mut Session<'_>,
    project: &Project,
    id: &ReleaseId,
) -> Result<(), ControlError> {
    let bucket = project.config.as_ref().and_then(|config| config.bucket.as_deref());
    let Some(bucket) = bucket else { return Ok(()) };
    let document = project.current(session.cloud).await?;
    match document.plan().servable(id.as_str()) {
        Some((_, release)) => check_prefix(session, project, id, bucket, &release.prefix).await,
        None => Ok(()),
    }
}

/// The same for a release that is not in the plan yet.
pub(crate) async fn check_new_index(
    session: &mut Session<'_>,
    project: &Project,
    id: &ReleaseId,
    prefix: &str,
) -> Result<(), ControlError> {
    match project.config.as_ref().and_then(|config| config.bucket.clone()) {
        Some(bucket) => check_prefix(session, project, id, &bucket, prefix).await,
        None => {
            let line =
                "no `bucket` is configured: whether releases have an index document is not checked";
            Ok(session.console.say(line)?)
        }
    }
}

async fn check_prefix(
    session: &Session<'_>,
    project: &Project,
    id: &ReleaseId,
    bucket: &str,
    prefix: &str,
) -> Result<(), ControlError> {
    let index = project.config.as_ref().map(|config| config.rules.index_document.as_str());
    let key = format!("{}/{}", prefix.trim_start_matches('/'), index.unwrap_or("index.html"));
    if session.cloud.bucket(bucket).has(&key).await? {
        return Ok(());
    }
    Err(ControlError::NoIndex { bucket: bucket.into(), key, release: id.to_string() })
}
