use std::path::PathBuf;

use routing_core::ReleaseId;
use thiserror::Error;

use crate::aws::AwsError;
use crate::control::{Files, Project, ReadPlanError, Session, TerminalError};
use crate::failure::{Advice, Failure};

/// The index document of a release is missing, or cannot be looked up.
#[derive(Debug, Error)]
pub(crate) enum IndexError {
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error("bucket `{bucket}` has no `{key}`: `{release}` would have no pages")]
    NotInBucket { bucket: String, key: String, release: String },
    #[error("folder `{}` has no `{key}`: `{release}` would have no pages", folder.display())]
    NotInFolder { folder: PathBuf, key: String, release: String },
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for IndexError {
    fn advice(&self) -> Advice {
        match self {
            Self::Read(error) => error.advice(),
            Self::Aws(error) => error.advice(),
            Self::NotInBucket { .. } => Advice::failed()
                .hint("upload the release first, or check its prefix: `edgeswitch release list`"),
            Self::NotInFolder { .. } => Advice::failed().hint(
                "build the release into the folder first, or name another folder: `bucket` in [dev]",
            ),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// Refuses a release if its index document is missing.
///
/// If the place of the files is not known, it only says that nothing is checked. If the plan does not have the
/// release, plan-change refuses the change.
pub(crate) async fn check_index(
    session: &mut Session<'_>,
    project: &Project,
    id: &ReleaseId,
) -> Result<(), IndexError> {
    if !is_known(session, &project.files)? {
        return Ok(());
    }
    let document = project.current(session.cloud).await?;
    match document.plan().servable(id.as_str()) {
        Some((_, release)) => check_prefix(session, project, id, &release.prefix).await,
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
    if is_known(session, &project.files)? {
        check_prefix(session, project, id, prefix).await?;
    }
    Ok(())
}

/// Whether the place of the files is known. If not, says that nothing is checked.
fn is_known(session: &mut Session<'_>, files: &Files) -> Result<bool, TerminalError> {
    let unknown = match files {
        Files::Bucket(_) | Files::Folder(_) => return Ok(true),
        Files::Unnamed => "no `bucket` is configured".to_owned(),
        Files::NoFolder(folder) => format!("there is no folder `{}`", folder.display()),
    };
    session.console.say(&format!("{unknown}: the index document is not checked"))?;
    Ok(false)
}

async fn check_prefix(
    session: &Session<'_>,
    project: &Project,
    id: &ReleaseId,
    prefix: &str,
) -> Result<(), IndexError> {
    let index = project.config.as_ref().map(|config| config.rules.index_document.as_str());
    let key = format!("{}/{}", prefix.trim_start_matches('/'), index.unwrap_or("index.html"));
    let release = id.to_string();
    match &project.files {
        Files::Bucket(bucket) if !session.cloud.bucket(bucket).has(&key).await? => {
            Err(IndexError::NotInBucket { bucket: bucket.clone(), key, release })
        }
        Files::Folder(folder) if !folder.join(&key).is_file() => {
            Err(IndexError::NotInFolder { folder: folder.clone(), key, release })
        }
        Files::Bucket(_) | Files::Folder(_) | Files::Unnamed | Files::NoFolder(_) => Ok(()),
    }
}
