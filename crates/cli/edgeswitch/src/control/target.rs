use std::path::PathBuf;

use clap::Args;

/// Which plan a command works on.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which plan")]
pub struct Target {
    /// The project's configuration [default: edgeswitch.toml, if it is there].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The parameter that holds the plan, such as /shop/plan; with --region no configuration is needed.
    #[arg(long, value_name = "NAME")]
    pub parameter: Option<String>,
    /// The Region of the parameter, such as eu-central-1: this one alone, and no replica Region.
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
}

/// How a command that writes does it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "How it is written")]
pub struct Writing {
    /// Say what would change, and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask before the plan is written.
    #[arg(long, short)]
    pub yes: bool,
}
