use std::fmt;
use std::fs;
use std::path::Path;

use edge_config::Config;
use plan_format::Parameter;
use routing_core::Plan;
use serde::Serialize;

use super::{PackageError, Packaging};
use crate::aws::Cloud;
use crate::files::FileError;

/// The origin of the plan that the packages fall back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "from")]
pub enum Fallback {
    /// The file of `--fallback`.
    File { path: String },
    /// The key `fallback` of the configuration.
    Configuration,
    /// The parameter: the plan in force.
    Parameter { name: String, region: String, version: u64 },
    /// `--without-fallback`: the packages have none.
    None,
}

impl Fallback {
    /// Sets `fallback` of the configuration, and says where it is from.
    ///
    /// What people wrote counts first: the option, then the configuration. Only without both is the parameter
    /// read.
    pub(super) async fn set(
        config: &mut Config,
        packaging: &Packaging,
        cloud: &dyn Cloud,
    ) -> Result<Self, PackageError> {
        if packaging.without_fallback {
            config.fallback = None;
            return Ok(Self::None);
        }
        if let Some(path) = &packaging.fallback {
            let text = fs::read_to_string(path).map_err(FileError::reading(path))?;
            config.fallback = Some(from_file(config, path, &text)?);
            return Ok(Self::File { path: path.display().to_string() });
        }
        if config.fallback.is_some() {
            return Ok(Self::Configuration);
        }
        let Parameter { name, home_region: region, .. } = config.parameter.clone();
        let stored = cloud.parameter(&name, &region).read().await?;
        let version = stored.version;
        let plan = plan(config, &stored.text).map_err(|problem| PackageError::PlanInForce {
            name: name.clone(),
            region: region.clone(),
            version,
            problem,
        })?;
        config.fallback = Some(plan);
        Ok(Self::Parameter { name, region, version })
    }
}

fn from_file(config: &Config, path: &Path, text: &str) -> Result<Plan, PackageError> {
    plan(config, text).map_err(|problem| PackageError::FallbackFile { path: path.into(), problem })
}

/// Reads a plan as the functions do: a plan outside the package's bounds is refused.
fn plan(config: &Config, text: &str) -> Result<Plan, String> {
    let plan = plan_format::parse(text, &config.release_defaults);
    let plan = plan.map_err(|problem| problem.to_string())?;
    config.allow.check(&plan).map_err(|problem| problem.to_string())?;
    Ok(plan)
}

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path } => write!(f, "the plan in `{path}`"),
            Self::Configuration => f.write_str("`fallback` of the configuration"),
            Self::Parameter { name, region, version } => {
                write!(f, "version {version} of `{name}` in `{region}`")
            }
            Self::None => f.write_str(
                "no plan: a function that starts while no plan can be read passes requests unchanged",
            ),
        }
    }
}
