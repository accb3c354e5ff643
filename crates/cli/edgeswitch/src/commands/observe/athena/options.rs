use clap::Args;
use edge_config::Athena;

use super::super::{ObserveArgs, ObserveError};
use crate::control::athena_settings;

/// The workgroup that every account has.
const PRIMARY: &str = "primary";
/// The database that Athena has at first.
const DEFAULT: &str = "default";

/// Where Athena runs a query, and how.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Athena")]
pub struct AthenaArgs {
    /// The workgroup of the query [default: `athena_workgroup` of `[observe]`, or else primary].
    #[arg(long, value_name = "NAME")]
    pub athena_workgroup: Option<String>,
    /// Where Athena writes its answers [default: `athena_output` of `[observe]`, or else the workgroup's].
    #[arg(long, value_name = "s3://BUCKET/PREFIX/", value_parser = output)]
    pub athena_output: Option<String>,
    /// The database with the tables. It must exist [default: `athena_database` of `[observe]`, or else default].
    #[arg(long, value_name = "NAME", value_parser = database)]
    pub athena_database: Option<String>,
    /// Show the statements and the price, but run nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Run the query without asking.
    #[arg(long, short)]
    pub yes: bool,
}

impl AthenaArgs {
    /// The first option that is given.
    pub(crate) fn first(&self) -> Option<&'static str> {
        let given = [
            (self.athena_workgroup.is_some(), "--athena-workgroup"),
            (self.athena_output.is_some(), "--athena-output"),
            (self.athena_database.is_some(), "--athena-database"),
            (self.dry_run, "--dry-run"),
            (self.yes, "-y"),
        ];
        given.into_iter().find_map(|(is_given, name)| is_given.then_some(name))
    }
}

/// Where a query runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) workgroup: String,
    pub(super) output: Option<String>,
    pub(super) database: String,
}

impl Place {
    pub(super) fn of(args: &ObserveArgs) -> Result<Place, ObserveError> {
        let Athena { workgroup, output, database } = athena_settings(&args.target)?;
        let given = &args.athena;
        let text = |given: &Option<String>, kept: Option<String>, other: &str| {
            given.clone().or(kept).unwrap_or_else(|| other.into())
        };
        Ok(Place {
            workgroup: text(&given.athena_workgroup, workgroup, PRIMARY),
            output: given.athena_output.clone().or(output).map(with_slash),
            database: text(&given.athena_database, database, DEFAULT),
        })
    }
}

/// Athena adds names of files to it.
fn with_slash(output: String) -> String {
    if output.ends_with('/') { output } else { output + "/" }
}

fn output(text: &str) -> Result<String, String> {
    Athena::check_output(text).map(|()| text.to_owned())
}

fn database(text: &str) -> Result<String, String> {
    Athena::check_database(text).map(|()| text.to_owned())
}
