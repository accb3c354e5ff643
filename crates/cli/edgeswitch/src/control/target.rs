use std::path::PathBuf;

use clap::Args;
use url::Url;

/// Which plan a command works on.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Plan")]
pub struct Target {
    /// The configuration of the project [default: edgeswitch.toml, if it exists].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The parameter with the plan, for example /shop/plan. With --region, no configuration is needed.
    #[arg(long, value_name = "NAME")]
    pub parameter: Option<String>,
    /// The Region of the parameter, for example eu-central-1. Replica Regions are then ignored.
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Use the Parameter Store of `edgeswitch dev` instead of an AWS account. If `dev` runs on other ports than
    /// those of `[dev]`, name the address that it prints.
    #[arg(long, value_name = "URL", require_equals = true, value_parser = endpoint_url)]
    pub local: Option<Option<String>>,
}

/// How a command that writes does it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Writing")]
pub struct Writing {
    /// Show the changes, but do not write them.
    #[arg(long)]
    pub dry_run: bool,
    /// Write the plan without asking.
    #[arg(long, short)]
    pub yes: bool,
}

impl Writing {
    /// Writes without a question: the user agreed when the ramp or the change before it began.
    pub(crate) const AGREED: Self = Self { dry_run: false, yes: true };
}

/// Reads the address of an endpoint.
pub(crate) fn endpoint_url(text: &str) -> Result<String, String> {
    Url::parse(text).map_err(|error| error.to_string())?;
    Ok(text.trim_end_matches('/').to_owned())
}
