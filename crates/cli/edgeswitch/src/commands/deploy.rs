//! Deploys the functions, and tests each version before a distribution can have it.

mod attempt;
mod change;
mod conditions;
mod effects;
mod error;
mod events;
mod follow;
mod function_log;
mod here;
mod names;
mod parameters;
mod policies;
mod repair;
mod report;
mod report_line;
mod standing;
mod template;
mod trial;
mod tried_out;
mod upload;
mod verdict;
mod written;
mod zips;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::aws::StackState;
use crate::control::Session;
use crate::exit::Exit;
use crate::package::{Function, Packaging, package};

use attempt::Attempt;
pub(crate) use error::DeployError;
pub(crate) use follow::{follow, newest, wait as wait_for};
pub(crate) use names::{NameError, Names};
pub(crate) use policies::without_hash;
pub(crate) use standing::Standing;
use tried_out::try_out;
use zips::Zips;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch deploy --try                  # on an account without traffic
  $ edgeswitch deploy --dry-run
  $ edgeswitch deploy --packages dist -y     # packages that are built already
  $ edgeswitch deploy --fallback first.plan  # before there is a plan

Exit codes:
  0  deployed, or nothing to change: every version answers as it must
  1  refused or failed, or a version must not be attached";

/// What is deployed.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct DeployArgs {
    /// The configuration of the project.
    #[arg(long, value_name = "FILE", default_value = "edgeswitch.toml")]
    pub config: PathBuf,
    /// Deploy the packages of this folder as they are. Without it, the command builds them as `edgeswitch
    /// package` does.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["config", "bin_dir", "out", "fallback", "without_fallback"])]
    pub packages: Option<PathBuf>,
    /// The folder with the three function binaries.
    #[arg(long, value_name = "DIR", default_value = "target/x86_64-unknown-linux-musl/release")]
    pub bin_dir: PathBuf,
    /// The folder for the zip packages.
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub out: PathBuf,
    /// The file with the plan that applies while the functions cannot read the parameter [default:
    /// `fallback` of the configuration, or else the plan in force].
    #[arg(long, value_name = "FILE", conflicts_with = "without_fallback")]
    pub fallback: Option<PathBuf>,
    /// Build packages without a fallback plan. The help of `edgeswitch package` says more.
    #[arg(long)]
    pub without_fallback: bool,
    /// The bucket in us-east-1 for the packages. It must exist [default: <name>-packages-<account>, which is
    /// made if necessary].
    #[arg(long, value_name = "NAME")]
    pub bucket: Option<String>,
    /// The runtime whose entry module starts the native binary [default: that of the stack, or python3.13].
    #[arg(long, value_name = "NAME", value_enum)]
    pub runtime: Option<Entry>,
    /// Deploy under a name of its own, test the versions, and delete everything again.
    #[arg(long = "try", conflicts_with = "bucket")]
    pub is_try: bool,
    #[command(flatten)]
    pub doing: Doing,
}

/// How a command that changes the account does it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Writing")]
pub struct Doing {
    /// Show the steps, but do not take them.
    #[arg(long)]
    pub dry_run: bool,
    /// Do it without asking.
    #[arg(long, short)]
    pub yes: bool,
}

/// A managed runtime of Lambda with an entry module in the packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Entry {
    #[value(name = "python3.13")]
    Python313,
    #[value(name = "nodejs22.x")]
    Node22,
    #[value(name = "nodejs24.x")]
    Node24,
}

impl Entry {
    /// Lambda's name.
    fn as_str(self) -> &'static str {
        match self {
            Self::Python313 => "python3.13",
            Self::Node22 => "nodejs22.x",
            Self::Node24 => "nodejs24.x",
        }
    }
}

/// The resource of a function in the template, and the parameters with the key and the hash of its package.
fn template_name(function: Function) -> (&'static str, &'static str, &'static str) {
    match function {
        Function::ViewerRequest => ("ViewerRequest", "ViewerRequestKey", "ViewerRequestSha256"),
        Function::OriginRequest => ("OriginRequest", "OriginRequestKey", "OriginRequestSha256"),
        Function::OriginResponse => ("OriginResponse", "OriginResponseKey", "OriginResponseSha256"),
    }
}

/// Whether a stack of the name holds the functions of this project, and nothing else.
pub(crate) fn is_own(names: &Names, state: &StackState) -> bool {
    let (_, _, sha256) = template_name(Function::ViewerRequest);
    let has_name = state.parameters.get("Name").is_some_and(|name| name == names.name());
    has_name && state.parameters.contains_key(sha256)
}

/// Deploys the functions and tests their versions.
pub(crate) async fn deploy(
    args: &DeployArgs,
    session: &mut Session<'_>,
) -> Result<Exit, DeployError> {
    let zips = packages(args, session).await?;
    if args.is_try {
        return try_out(args, &Names::of_a_try(&zips.config)?, &zips, session).await;
    }
    let names = Names::of(&zips.config)?;
    let attempt = Attempt::begin(args, &names, &zips, session).await?;
    let deployed = attempt.run(session).await?;
    session.console.print(deployed.lines(), &deployed)?;
    Ok(deployed.exit())
}

/// The packages of the folder that `--packages` names, or else new ones.
async fn packages(args: &DeployArgs, session: &mut Session<'_>) -> Result<Zips, DeployError> {
    if let Some(folder) = &args.packages {
        return Ok(Zips::read(folder)?);
    }
    let packaging = Packaging {
        config: args.config.clone(),
        bin_dir: args.bin_dir.clone(),
        out: args.out.clone(),
        cargo_lambda: None,
        fallback: args.fallback.clone(),
        without_fallback: args.without_fallback,
    };
    let built = package(&packaging, session.cloud).await?;
    session.console.say(&format!(
        "the packages in `{}` are built; they fall back to {}",
        args.out.display(),
        built.fallback
    ))?;
    Ok(Zips::read(&args.out)?)
}
