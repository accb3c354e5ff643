use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::managed;
use super::problem::ImportError;

/// A distribution with its policies, in the JSON that AWS's CLI prints.
#[derive(Debug, Clone, Default)]
pub struct SavedDistribution {
    /// The answer of `aws cloudfront get-distribution`, or of `get-distribution-config`.
    pub distribution: Value,
    /// The answers of `get-cache-policy` and so on, by the policy's id. Of AWS's managed policies, those that the
    /// simulator models are known without an answer.
    pub policies: BTreeMap<(PolicyKind, String), Value>,
}

/// A kind of policies that a behavior can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKind {
    /// Cache policies.
    Cache,
    /// Origin request policies.
    OriginRequest,
    /// Response headers policies.
    ResponseHeaders,
}

impl PolicyKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Cache, Self::OriginRequest, Self::ResponseHeaders];

    /// The folder with the answers, each in `<id>.json`.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Cache => "cache-policies",
            Self::OriginRequest => "origin-request-policies",
            Self::ResponseHeaders => "response-headers-policies",
        }
    }

    /// Its name in commands of AWS's CLI.
    pub(super) fn command(self) -> &'static str {
        match self {
            Self::Cache => "cache-policy",
            Self::OriginRequest => "origin-request-policy",
            Self::ResponseHeaders => "response-headers-policy",
        }
    }
}

impl SavedDistribution {
    /// Reads `distribution.json` of a folder, and the policies in its subfolders.
    ///
    /// # Errors
    /// When a file cannot be read or is not JSON.
    pub fn read(folder: &Path) -> Result<Self, ImportError> {
        let distribution = json(&folder.join("distribution.json"))?;
        let mut policies = BTreeMap::new();
        for kind in PolicyKind::ALL {
            for path in files(&folder.join(kind.folder()))? {
                let id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
                policies.insert((kind, id.unwrap_or_default()), json(&path)?);
            }
        }
        Ok(Self { distribution, policies })
    }

    /// The answer for a policy: the saved one, else that of a managed policy.
    pub(super) fn policy(&self, kind: PolicyKind, id: &str) -> Option<Value> {
        let saved = self.policies.get(&(kind, id.to_owned())).cloned();
        saved.or_else(|| managed::policy(kind, id))
    }
}

fn json(path: &Path) -> Result<Value, ImportError> {
    let text = fs::read(path).map_err(|source| ImportError::Read { path: path.into(), source })?;
    serde_json::from_slice(&text).map_err(|source| ImportError::Json { path: path.into(), source })
}

/// The JSON files of a folder; none if it does not exist.
fn files(folder: &Path) -> Result<Vec<PathBuf>, ImportError> {
    let unread = |source| ImportError::Read { path: folder.into(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unread(error)),
    };
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>();
    let paths = paths.map_err(unread)?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|end| end == "json")).collect())
}
