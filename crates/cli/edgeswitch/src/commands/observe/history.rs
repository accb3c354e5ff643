//! The plans that were in force, from the account or from a file.

use std::fs;
use std::path::Path;
use std::time::Duration;

use edge_config::Config;
use edge_time::Timestamp;
use observation::{Lag, Plans, WrittenPlan};
use plan_format::{Refresh, ReleaseDefaults};
use routing_core::DecideAt;
use serde::Deserialize;

use super::ObserveError;
use crate::control::{Project, Session, Target};
use crate::files::FileError;

/// How far apart the clocks of edge locations and of Parameter Store may be.
const CLOCKS: Duration = Duration::from_secs(2);
/// How long a cache may keep an object that was decided on a miss: see `handlers/origin-response`.
const KEPT_AFTER_A_MISS: Duration = Duration::from_secs(60);

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
    Ok(plans(texts, config))
}

/// The plans of the parameter.
pub(super) async fn of_parameter(
    target: &Target,
    config: Option<&Config>,
    session: &Session<'_>,
) -> Result<Plans, ObserveError> {
    let project = Project::find(target)?;
    let stored = project.home(session.cloud).parameter.history().await?;
    Ok(plans(stored.into_iter().map(|one| (one.modified, one.text)), config))
}

/// A text that is not a plan never came into force.
fn plans(texts: impl IntoIterator<Item = (Timestamp, String)>, config: Option<&Config>) -> Plans {
    let documented = ReleaseDefaults::default();
    let defaults = config.map_or(&documented, |config| &config.release_defaults);
    let plan = |(at, text): (Timestamp, String)| {
        Some(WrittenPlan { at, plan: plan_format::parse(&text, defaults).ok()? })
    };
    Plans::new(texts.into_iter().filter_map(plan).collect(), lag(config))
}

/// How long edge locations may follow the plan from before a change.
pub(crate) fn lag(config: Option<&Config>) -> Lag {
    let refresh = config.map_or_else(Refresh::default, |config| config.refresh);
    let decide_at = config.map_or(DecideAt::ViewerRequest, |config| config.rules.decide_at);
    Lag {
        plan: refresh.hard_ttl + refresh.longest_wait(),
        caches: match decide_at {
            DecideAt::ViewerRequest => Duration::ZERO,
            DecideAt::OriginRequest => KEPT_AFTER_A_MISS,
        },
        clocks: CLOCKS,
    }
}
