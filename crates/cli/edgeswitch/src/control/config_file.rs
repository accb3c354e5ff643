use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use edge_config::{Config, ConfigError, Dev};
use guard_rules::fingerprint;

use crate::control::{ProjectError, Target};
use crate::files::FileError;

/// The configuration file that is read without `--config`.
const DEFAULT: &str = "edgeswitch.toml";

/// The configuration file that `--config` names, or else the one in this folder. It may not exist.
pub(crate) struct ConfigFile {
    path: PathBuf,
    text: Option<String>,
}

impl ConfigFile {
    pub(crate) fn read(target: &Target) -> Result<Self, ProjectError> {
        let path = target.config.clone().unwrap_or_else(|| Path::new(DEFAULT).into());
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self { path, text: Some(text) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self { path, text: None }),
            Err(error) => Err(FileError::reading(&path)(error).into()),
        }
    }

    /// Parses a part of the file; `None` if the file does not exist.
    pub(crate) fn parse<T>(
        &self,
        parse: fn(&str) -> Result<T, ConfigError>,
    ) -> Result<Option<T>, ProjectError> {
        let parsed = self.text.as_deref().map(parse).transpose();
        parsed.map_err(|source| ProjectError::Config { path: self.path.clone(), source })
    }

    /// The fingerprint of what the guard takes from the file.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        fingerprint(self.text.as_deref()?)
    }

    /// The configuration. A file that `--config` names must exist.
    pub(crate) fn config(&self, target: &Target) -> Result<Option<Config>, ProjectError> {
        match self.parse(Config::from_toml)? {
            None if target.config.is_some() => Err(ProjectError::NoFile(self.path.clone())),
            config => Ok(config),
        }
    }

    /// The table `[dev]`, or the defaults without a file. Its folder is relative to the configuration's.
    pub(crate) fn dev(&self) -> Result<Dev, ProjectError> {
        let mut dev = self.parse(Dev::from_toml)?.unwrap_or_default();
        dev.bucket = self.path.parent().unwrap_or(Path::new("")).join(&dev.bucket);
        Ok(dev)
    }
}
