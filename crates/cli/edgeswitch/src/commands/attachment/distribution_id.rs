use std::path::PathBuf;

use edge_config::Config;
use thiserror::Error;

use crate::control::{ProjectError, Target, configuration};
use crate::failure::{Advice, Failure};

/// It is not known which distribution is meant.
#[derive(Debug, Error)]
pub(crate) enum NoDistribution {
    #[error("no `edgeswitch.toml` in this folder")]
    NoConfiguration,
    #[error("no distribution is named, and `edgeswitch.toml` has no `distribution_id`")]
    NoId,
    #[error(transparent)]
    Project(#[from] ProjectError),
}

impl Failure for NoDistribution {
    fn advice(&self) -> Advice {
        match self {
            Self::NoConfiguration => {
                Advice::usage().hint("`edgeswitch init` writes one, `--config` names another")
            }
            Self::NoId => Advice::usage().hint(
                "`aws cloudfront list-distributions --query 'DistributionList.Items[].[Id,DomainName,Comment]'` lists yours",
            ),
            Self::Project(error) => error.advice(),
        }
    }
}

/// The configuration, and the distribution that the command line or the configuration names.
pub(crate) fn distribution_id(
    file: Option<&PathBuf>,
    named: Option<&String>,
) -> Result<(Config, String), NoDistribution> {
    let target = Target { config: file.cloned(), ..Target::default() };
    let config = configuration(&target)?.ok_or(NoDistribution::NoConfiguration)?;
    let id = named.or(config.distribution_id.as_ref()).cloned().ok_or(NoDistribution::NoId)?;
    Ok((config, id))
}
