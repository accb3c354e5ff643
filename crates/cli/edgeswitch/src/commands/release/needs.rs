use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use plan_format::{StateName, Versions};
use thiserror::Error;
use toml::{Table, Value};

use crate::failure::{Advice, Failure};
use crate::files::FileError;

/// The versions of databases and services that a release can run on.
#[derive(Debug, Args)]
#[command(next_help_heading = "Needs")]
pub struct NeedsArgs {
    /// The versions of a state that the release can run on: orders-db=3..5, orders-db=4 or orders-db=3.. for all
    /// from 3 on. May be repeated. The plan says the version that is there: `edgeswitch state set`.
    #[arg(long, value_name = "NAME=VERSIONS", value_parser = need)]
    pub needs: Vec<(StateName, Versions)>,
    /// A file of the build with the needs, in TOML: a line `orders-db = "3..5"` for each. `--needs` overrides it.
    #[arg(long, value_name = "FILE")]
    pub needs_file: Option<PathBuf>,
}

/// The file with the needs cannot be read.
#[derive(Debug, Error)]
pub(crate) enum NeedsError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("`{}`: {problem}", path.display())]
    Invalid { path: PathBuf, problem: String },
}

impl Failure for NeedsError {
    fn advice(&self) -> Advice {
        match self {
            Self::File(error) => error.advice(),
            Self::Invalid { .. } => {
                Advice::usage().hint("write a line for each need: `orders-db = \"3..5\"`")
            }
        }
    }
}

impl NeedsArgs {
    /// The needs, by name. `None` if neither the command line nor a file says anything.
    pub(super) fn read(&self) -> Result<Option<Vec<(StateName, Versions)>>, NeedsError> {
        let mut needs = match &self.needs_file {
            Some(path) => read_file(path)?,
            None if self.needs.is_empty() => return Ok(None),
            None => BTreeMap::new(),
        };
        needs.extend(self.needs.iter().cloned());
        Ok(Some(needs.into_iter().collect()))
    }
}

fn read_file(path: &Path) -> Result<BTreeMap<StateName, Versions>, NeedsError> {
    let invalid = |problem: String| NeedsError::Invalid { path: path.into(), problem };
    let text = fs::read_to_string(path).map_err(FileError::reading(path))?;
    let table: Table =
        text.parse().map_err(|error: toml::de::Error| invalid(error.message().into()))?;
    table.iter().map(|(name, value)| entry(name, value).map_err(invalid)).collect()
}

fn entry(name: &str, value: &Value) -> Result<(StateName, Versions), String> {
    let name = StateName::parse(name).map_err(|error| error.to_string())?;
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Integer(version) => version.to_string(),
        other @ (Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_)
        | Value::Array(_)
        | Value::Table(_)) => other.to_string(),
    };
    let versions = Versions::parse(&text).map_err(|error| format!("{name}: {error}"))?;
    Ok((name, versions))
}

fn need(text: &str) -> Result<(StateName, Versions), String> {
    let (name, versions) =
        text.split_once('=').ok_or("expected NAME=VERSIONS, such as orders-db=3..5")?;
    let name = StateName::parse(name).map_err(|error| error.to_string())?;
    Ok((name, Versions::parse(versions).map_err(|error| error.to_string())?))
}
