use routing_core::ReleaseId;
use thiserror::Error;

use crate::aws::AwsError;
use crate::control::{Project, ReadPlanError, Session, TerminalError};
use crate::failure::{Advice, Failure};

/// The index document of a release is not in the bucket, or cannot be looked up.
#[derive(Debug, Error)]
pub(crate) enum IndexError {
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error("bucket `{bucket}` has no `{key}`: `{release}` would have no pages")]
    NoIndex { bucket: String, key: String, release: String },
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for IndexError {
    fn advice(&self) -> Advice {
        match self {
            Self::Read(error) => error.advice(),
            Self::Aws(error) => error.advice(),
            Self::NoIndex { .. } => Advice::failed()
                .hint("upload the release first, or check its prefix: `edgeswitch release list`"),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// Refuses a release if its index document is not in the bucket.
///
/// Without a bucket in the configuration it only says that nothing is checked. If the plan does not have the
/// release, plan-change refuses the change.
pub(crate) async fn check_index(
    session: &mut Session<'_>,
    project: &Project,
    id: &ReleaseId,
) -> Result<(), IndexError> {
    let Some(bucket) = bucket(project) else { return Ok(say_unchecked(session)?) };
    let document = project.current(session.cloud).await?;
    match document.plan().servable(id.as_str()) {
        Some((_, release)) => check_prefix(session, project, id, bucket, &release.prefix).await,
        None => Ok(()),
    }
}

/// Like [`check_index`], for a release that is not in the plan yet.
pub(crate) async fn check_new_index(
    session: &mut Session<'_>,
    project: &Project,
    id: &ReleaseId,
    prefix: &str,
) -> Result<(), IndexError> {
    match bucket(project) {
        Some(bucket) => check_prefix(session, project, id, bucket, prefix).await,
        None => Ok(say_unchecked(session)?),
    }
}

fn bucket(project: &Project) -> Option<&str> {
    project.config.as_ref()?.bucket.as_deref()
}

fn say_unchecked(session: &mut Session<'_>) -> Result<(), TerminalError> {
    session.console.say("no `bucket` is configured: the index document is not checked")
}

async fn check_prefix(
    session: &Session<'_>,
    project: &Project,
    id: &ReleaseId,
    bucket: &str,
    prefix: &str,
) -> Result<(), IndexError> {
    let index = project.config.as_ref().map(|config| config.rules.index_document.as_str());
    let key = format!("{}/{}", prefix.trim_start_matches('/'), index.unwrap_or("index.html"));
    if session.cloud.bucket(bucket).has(&key).await? {
        return Ok(());
    }
    Err(IndexError::NoIndex { bucket: bucket.into(), key, release: id.to_string() })
}
