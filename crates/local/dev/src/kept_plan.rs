use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use edge_time::Clock;
use ssm_sim::{OpenError, ParameterStore};

use crate::error::DevError;

/// The folder beside the configuration for the files of `edgeswitch dev`. It is deleted or copied with its project, and
/// two working trees of one project have two plans.
const FOLDER: &str = ".edgeswitch";

/// Where the parameters are kept between two runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeptPlan {
    /// They end with the process: the sample, and a project that names the plan to begin with.
    InMemory,
    /// The file of `state` in [dev].
    Named(PathBuf),
    /// The file for projects that name neither a file nor a first plan. If it cannot be written, the parameters stay in memory.
    Usual(PathBuf),
}

impl KeptPlan {
    /// The usual file of the project with this configuration file.
    pub(crate) fn usual(config: &Path) -> Self {
        let mut name = config.file_stem().map_or_else(OsString::new, OsString::from);
        name.push(".parameters.json");
        Self::Usual(config.with_file_name(FOLDER).join(name))
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::InMemory => None,
            Self::Named(path) | Self::Usual(path) => Some(path),
        }
    }

    /// Opens the store, and says why it keeps nothing if the usual file cannot be written. `fresh` forgets the
    /// parameters of the last run.
    ///
    /// # Errors
    /// When the file is in use or broken, or the named file cannot be written.
    pub(crate) fn open(
        &self,
        fresh: bool,
        clock: &Arc<dyn Clock>,
    ) -> Result<(ParameterStore, Option<OpenError>), DevError> {
        let open = if fresh { ParameterStore::open_empty } else { ParameterStore::open };
        let Some(path) = self.path() else {
            return Ok((ParameterStore::new(Arc::clone(clock)), None));
        };
        match (open(path, Arc::clone(clock)), self) {
            (Ok(store), Self::Usual(path)) => {
                hide_from_git(path);
                Ok((store, None))
            }
            (Ok(store), Self::InMemory | Self::Named(_)) => Ok((store, None)),
            (Err(error @ OpenError::Unwritable { .. }), Self::Usual(_)) => {
                Ok((ParameterStore::new(Arc::clone(clock)), Some(error)))
            }
            (Err(error), _) => Err(error.into()),
        }
    }
}

/// The folder says itself that it does not belong into a repository, so that nobody needs to add it to a list.
fn hide_from_git(path: &Path) {
    let ignore = path.with_file_name(".gitignore");
    if !ignore.exists()
        && let Err(error) = fs::write(&ignore, "*\n")
    {
        tracing::warn!(%error, path = %ignore.display(), "write");
    }
}
