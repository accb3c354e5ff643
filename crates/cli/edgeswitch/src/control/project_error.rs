use std::path::PathBuf;

use edge_config::ConfigError;
use thiserror::Error;

use crate::failure::{Advice, Failure};
use crate::files::FileError;

/// The parameter with the plan cannot be determined.
#[derive(Debug, Error)]
pub(crate) enum ProjectError {
    #[error("no `edgeswitch.toml` in this folder, and no `--parameter`")]
    NoConfiguration,
    #[error("`--parameter` without a configuration needs `--region`")]
    NoRegion,
    #[error("`port` in [dev] is 0, so `edgeswitch dev` takes any free ports")]
    AnyPort,
    #[error("there is no file `{}`", .0.display())]
    NoFile(PathBuf),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("configuration `{}`", path.display())]
    Config { path: PathBuf, source: ConfigError },
}

impl Failure for ProjectError {
    fn advice(&self) -> Advice {
        match self {
            Self::NoConfiguration => Advice::usage().hint(
                "`edgeswitch init` writes one, `--config` names another, or name the plan: `--parameter /shop/plan --region eu-central-1`",
            ),
            Self::NoRegion => Advice::usage().hint(
                "for example `--region eu-central-1`: the Region of the parameter",
            ),
            Self::AnyPort => Advice::usage().hint(
                "name the address that it prints, for example `--local=http://127.0.0.1:8082`",
            ),
            Self::NoFile(_) => Advice::usage().hint("`edgeswitch init` writes `edgeswitch.toml`"),
            Self::File(error) => error.advice(),
            Self::Config { .. } => Advice::failed().hint(
                "`edgeswitch init --config new.toml` writes one that explains every key",
            ),
        }
    }
}
