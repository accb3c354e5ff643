use std::env;
use std::path::{Path, PathBuf};

use edge_config::Config;
use thiserror::Error;

/// The name of the file that `edgeswitch package` puts next to `bootstrap`.
const PACKAGED: &str = "edgeswitch.json";
/// The variable that names another file, for local runs.
const VARIABLE: &str = "EDGESWITCH_CONFIG";

/// Why there is no configuration.
#[derive(Debug, Error)]
pub(crate) enum ConfigFileError {
    #[error("cannot read the configuration `{}`: {error}", path.display())]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error("configuration `{}`: {error}", path.display())]
    Invalid { path: PathBuf, error: edge_config::ConfigError },
}

pub(crate) fn load() -> Result<Config, ConfigFileError> {
    let path = path();
    let read = std::fs::read_to_string(&path);
    let text = read.map_err(|error| ConfigFileError::Unreadable { path: path.clone(), error })?;
    Config::from_json(&text).map_err(|error| ConfigFileError::Invalid { path, error })
}

/// Prefers Lambda's task folder to the binary's: the entry module may have copied the binary to `/tmp`.
fn path() -> PathBuf {
    if let Some(path) = env::var_os(VARIABLE) {
        return path.into();
    }
    let own_folder = || env::current_exe().ok()?.parent().map(Path::to_owned);
    let folder = env::var_os("LAMBDA_TASK_ROOT").map(PathBuf::from).or_else(own_folder);
    folder.unwrap_or_default().join(PACKAGED)
}
