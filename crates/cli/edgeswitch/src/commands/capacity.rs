mod estimate;
mod text;

use std::io::Write;
use std::time::Duration;

use clap::{Args, ValueEnum};
use plan_format::{Parameter, Refresh};
use thiserror::Error;

use crate::cli::Output;
use crate::commands::moment::duration;
use crate::control::{ProjectError, Target, TerminalError, configuration};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};

pub use estimate::{Capacity, Demand, EDGE_REGIONS, Functions, RegionLoad, estimate};

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch capacity --environments 50 --requests 10000000

Exit codes:
  0  Parameter Store allows this many reads
  1  it would throttle: the last line says how to avoid that";

/// The load to estimate. Without a configuration the documented defaults apply.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct CapacityArgs {
    /// The execution environments in each edge Region, of viewer-request and origin-request together.
    /// Each of them reads the plan.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub environments: u32,
    /// The edge Regions where the functions run [default: all 13].
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    pub edge_regions: Vec<String>,
    /// The soft TTL of the plan [default: the value in the configuration].
    #[arg(long, value_name = "TIME", value_parser = soft_ttl)]
    pub soft_ttl: Option<Duration>,
    /// The throughput setting of Parameter Store.
    #[arg(long, value_enum, default_value_t = Throughput::Default)]
    pub throughput: Throughput,
    /// Viewer requests per month, to estimate the price of the functions.
    #[arg(long, value_name = "N")]
    pub requests: Option<u64>,
    /// The percentage of requests that the cache answers.
    #[arg(long, value_name = "PERCENT", default_value_t = 90, requires = "requests", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub hit_ratio: u8,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it")]
    pub target: Target,
}

/// What Parameter Store allows: reads a second of an account in a Region (page `ssm` of the AWS General
/// Reference).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Throughput {
    /// 40 reads a second, without a charge.
    Default,
    /// 10,000 reads a second, each with a charge.
    Higher,
}

impl Throughput {
    /// Reads a second.
    #[must_use]
    pub fn limit(self) -> u32 {
        match self {
            Self::Default => 40,
            Self::Higher => 10_000,
        }
    }
}

/// The configuration cannot be read.
#[derive(Debug, Error)]
pub(crate) enum CapacityError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for CapacityError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// Prints the estimate; `Failed` when Parameter Store would throttle.
///
/// # Errors
/// When the configuration cannot be read.
pub(crate) fn capacity(
    args: &CapacityArgs,
    output: Output,
    out: &mut impl Write,
) -> Result<Exit, CapacityError> {
    let capacity = estimate(&demand(args)?);
    output.print(out, capacity.lines(), &capacity)?;
    Ok(if capacity.fits { Exit::Done } else { Exit::Failed })
}

fn demand(args: &CapacityArgs) -> Result<Demand, ProjectError> {
    let config = configuration(&args.target)?;
    let (parameter, refresh) = match config {
        Some(config) => (Some(config.parameter), config.refresh),
        None => (None, Refresh::default()),
    };
    let all = || EDGE_REGIONS.map(ToOwned::to_owned).to_vec();
    Ok(Demand {
        environments: args.environments,
        edge_regions: if args.edge_regions.is_empty() { all() } else { args.edge_regions.clone() },
        parameter_regions: parameter_regions(&args.target, parameter),
        soft_ttl: args.soft_ttl.unwrap_or(refresh.soft_ttl),
        throughput: args.throughput,
        requests: args.requests,
        hit_ratio: args.hit_ratio,
    })
}

/// The Regions of the parameter, the home Region first. If none is known, one Region with a placeholder name.
fn parameter_regions(target: &Target, known: Option<Parameter>) -> Vec<String> {
    match (&target.region, known) {
        (Some(region), _) => vec![region.clone()],
        (None, Some(Parameter { home_region, mut replica_regions, .. })) => {
            replica_regions.insert(0, home_region);
            replica_regions
        }
        (None, None) => vec!["home".into()],
    }
}

/// The range that the configuration allows: 1 s to an hour.
fn soft_ttl(text: &str) -> Result<Duration, String> {
    let ttl = duration(text)?;
    if (1..=3600).contains(&ttl.as_secs()) && ttl.subsec_nanos() == 0 {
        return Ok(ttl);
    }
    Err(format!("invalid soft TTL `{text}`: expected whole seconds from 1s to 3600s"))
}
