use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, ServiceError};
use crate::put::Put;

/// The most versions of a parameter that are kept. A write above the limit removes the oldest one (page
/// `sysman-paramstore-versions` of the Systems Manager guide).
pub const MAX_VERSIONS: usize = 100;

/// All parameters, by Region and name. The versions are oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct State {
    regions: BTreeMap<String, BTreeMap<String, VecDeque<Version>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Version {
    pub(crate) version: u64,
    pub(crate) value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Milliseconds since 1970.
    pub(crate) last_modified_ms: i64,
    pub(crate) user: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) labels: Vec<String>,
}

impl State {
    /// The kept versions of a parameter, oldest first. There is at least one.
    pub(crate) fn versions(
        &self,
        region: &str,
        name: &str,
    ) -> Result<&VecDeque<Version>, ServiceError> {
        self.regions.get(region).and_then(|names| names.get(name)).ok_or_else(not_found)
    }

    /// Writes a parameter, and returns its new version. The caller has checked the name.
    pub(crate) fn put(
        &mut self,
        region: &str,
        name: &str,
        put: Put,
        last_modified_ms: i64,
    ) -> Result<u64, ServiceError> {
        let names = self.regions.entry(region.to_owned()).or_default();
        let latest = names.get(name).and_then(VecDeque::back).map_or(0, |one| one.version);
        if latest > 0 && !put.overwrite {
            return Err(Put::exists());
        }
        let Put { value, description, user, .. } = put;
        let version = latest + 1;
        let versions = names.entry(name.to_owned()).or_default();
        if versions.len() >= MAX_VERSIONS {
            if let Some(oldest) = versions.front().filter(|oldest| !oldest.labels.is_empty()) {
                return Err(labelled(name, oldest.version));
            }
            versions.pop_front();
        }
        let labels = Vec::new();
        versions.push_back(Version { version, value, description, last_modified_ms, user, labels });
        Ok(version)
    }

    /// Puts labels on a version, or on the latest one, and takes them off the others. Returns the version.
    pub(crate) fn label(
        &mut self,
        region: &str,
        name: &str,
        version: Option<u64>,
        labels: &[String],
    ) -> Result<u64, ServiceError> {
        let versions = self.regions.get_mut(region).and_then(|names| names.get_mut(name));
        let versions = versions.ok_or_else(not_found)?;
        let latest = versions.back().map_or(0, |one| one.version);
        let wanted = version.unwrap_or(latest);
        if !versions.iter().any(|one| one.version == wanted) {
            return Err(no_version(name, &wanted.to_string()));
        }
        for one in versions {
            one.labels.retain(|label| !labels.contains(label));
            if one.version == wanted {
                one.labels.extend(labels.iter().cloned());
            }
        }
        Ok(wanted)
    }

    /// Deletes a parameter with all its versions.
    pub(crate) fn delete(&mut self, region: &str, name: &str) -> Result<(), ServiceError> {
        let names = self.regions.get_mut(region).ok_or_else(not_found)?;
        names.remove(name).map(drop).ok_or_else(not_found)
    }

    /// A parameter (Region and name) whose versions are not consecutive, if there is one.
    pub(crate) fn out_of_order(&self) -> Option<(&str, &str)> {
        let parameters = self.regions.iter().flat_map(|(region, names)| {
            names.iter().map(move |(name, versions)| (region.as_str(), name.as_str(), versions))
        });
        let mut broken = parameters.filter(|(_, _, versions)| !in_order(versions));
        broken.next().map(|(region, name, _)| (region, name))
    }
}

fn in_order(versions: &VecDeque<Version>) -> bool {
    let Some(first) = versions.front().map(|one| one.version).filter(|first| *first > 0) else {
        return false;
    };
    versions.len() <= MAX_VERSIONS
        && versions.iter().zip(first..).all(|(one, expected)| one.version == expected)
}

/// A version with a label is never removed (page `sysman-paramstore-versions` of the Systems Manager guide).
fn labelled(name: &str, version: u64) -> ServiceError {
    let message = format!(
        "You attempted to create a new version of {name} by calling the PutParameter API with the overwrite \
         flag. Version {version}, the oldest version, can't be deleted because it has a label associated with it. \
         Move the label to another version of the parameter, and try again."
    );
    ServiceError::new(ErrorCode::ParameterMaxVersionLimitExceeded, message)
}

pub(crate) fn no_version(name: &str, wanted: &str) -> ServiceError {
    let message = format!(
        "Systems Manager could not find version {wanted} of {name}. Verify the version and try again."
    );
    ServiceError::new(ErrorCode::ParameterVersionNotFound, message)
}

/// AWS sends no message with this error.
fn not_found() -> ServiceError {
    ServiceError::new(ErrorCode::ParameterNotFound, "")
}
