//! The plans that were in force, from the account or from a file.

use std::fs;
use std::path::Path;

use edge_config::Config;
use edge_time::Timestamp;
use observation::Plans;
use serde::Deserialize;

use super::ObserveError;
use crate::control::{Project, Session, Target};
use crate::files::FileError;
use crate::logs::{plans_of_parameter, plans_of_texts};

/// What `edgeswitch history --output json` prints.
#[derive(Deserialize)]
struct SavedHistory {
    versions: Vec<SavedVersion>,
}

#[derive(Deserialize)]
struct SavedVersion {
    at: String,
    /// The text of the parameter.
    plan: String,
}

/// The plans of a file.
pub(super) fn of_file(path: &Path, config: Option<&Config>) -> Result<Plans, ObserveError> {
    let text = fs::read_to_string(path).map_err(FileError::reading(path))?;
    let broken = |problem| ObserveError::NoHistory { path: path.into(), problem };
    let saved: SavedHistory =
        serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
    let mut texts = Vec::new();
    for SavedVersion { at, plan } in saved.versions {
        texts.push((Timestamp::parse(&at).map_err(|error| broken(error.to_string()))?, plan));
    }
    Ok(plans_of_texts(texts, config))
}

/// The plans of the parameter.
pub(super) async fn of_parameter(
    target: &Target,
    session: &Session<'_>,
) -> Result<Plans, ObserveError> {
    let project = Project::find(target)?;
    Ok(plans_of_parameter(&project, session.cloud).await?)
}
