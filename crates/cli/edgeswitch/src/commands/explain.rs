use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use edge_config::{Config, ConfigError};
use edge_event::{Event, EventError, Request};
use edge_time::{Clock, SystemClock, Timestamp};
use explain::{Explanation, explain};
use plan_format::{Parameter, PlanProblem};
use serde::Serialize;
use terminal_text::Lines;
use thiserror::Error;

use crate::cli::Output;
use crate::commands::runtime::{RuntimeError, runtime};
use crate::control::{
    Place, ProjectError, ReadPlanError, Target, TerminalError, account, endpoint_url,
};
use crate::failure::{Advice, Failure};
use crate::files::FileError;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch explain --uri /cart --cookie release=41ab03d.r12-0
  $ edgeswitch explain --uri /cart --plan plan.json --now 2026-11-22T10:00:00Z
  $ edgeswitch explain event.json --no-plan";

/// The request to explain, and what decides it.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct ExplainArgs {
    /// A file with a CloudFront event as JSON.
    #[arg(value_name = "EVENT.json", required_unless_present = "uri", conflicts_with = "uri")]
    pub event: Option<PathBuf>,
    /// The path of a viewer's GET request, with its query string.
    #[arg(long, value_name = "PATH", value_parser = path)]
    pub uri: Option<String>,
    /// A cookie of the request. May be repeated.
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "event")]
    pub cookie: Vec<String>,
    /// A header of the request, for example `User-Agent: curl`. May be repeated.
    #[arg(long, value_name = "NAME: VALUE", conflicts_with = "event", value_parser = header)]
    pub header: Vec<(String, String)>,
    /// The viewer's IP address. It is one input of a draw.
    #[arg(long, value_name = "IP", conflicts_with = "event", default_value = "203.0.113.178")]
    pub address: String,
    /// A file with the plan, instead of the plan in the parameter. Needs no AWS account.
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Explain the request as if no plan could be read: the fallback decides. Needs no AWS account.
    #[arg(long, conflicts_with = "plan")]
    pub no_plan: bool,
    /// The configuration of the project.
    #[arg(long, value_name = "FILE", default_value = "edgeswitch.toml")]
    pub config: PathBuf,
    /// Use the plan of `edgeswitch dev`. If `dev` runs on other ports than those of `[dev]`, name the address
    /// that it prints.
    #[arg(long, value_name = "URL", require_equals = true, value_parser = endpoint_url)]
    pub local: Option<Option<String>>,
    /// The time of the request, for example 2026-11-22T10:00:00Z [default: now].
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    pub now: Option<Timestamp>,
}

/// A request cannot be explained.
#[derive(Debug, Error)]
pub(crate) enum ExplainError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Parameter(#[from] ReadPlanError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error("event `{}`", path.display())]
    Event { path: PathBuf, source: EventError },
    #[error("configuration `{}`", path.display())]
    Config { path: PathBuf, source: ConfigError },
    #[error("plan `{place}`")]
    Plan {
        /// The file or the parameter.
        place: String,
        source: PlanProblem,
    },
}

impl Failure for ExplainError {
    fn advice(&self) -> Advice {
        match self {
            Self::File(error) => error.advice(),
            Self::Runtime(error) => error.advice(),
            Self::Project(error) => error.advice(),
            Self::Parameter(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
            Self::Event { .. } => Advice::failed().hint(
                "an event is the JSON that CloudFront passes to a function; to describe a request yourself, use `--uri /cart`",
            ),
            Self::Config { .. } | Self::Plan { .. } => Advice::failed(),
        }
    }
}

/// An explanation, as `--output json` prints it.
#[derive(Serialize)]
struct ExplainReport<'a> {
    schema: u8,
    #[serde(flatten)]
    explanation: &'a Explanation,
}

/// Explains one request on `out`.
pub(crate) fn run(
    args: &ExplainArgs,
    output: Output,
    out: &mut impl Write,
) -> Result<(), ExplainError> {
    let config = Config::from_toml(&read(&args.config)?)
        .map_err(|source| ExplainError::Config { path: args.config.clone(), source })?;
    let runtime = runtime()?;
    let plan = match &args.plan {
        Some(path) => Some(read(path)?),
        None if args.no_plan => None,
        None => Some(runtime.block_on(stored(args, &config.parameter))?),
    };
    let now = args.now.unwrap_or_else(|| SystemClock.now());
    let explanation = runtime.block_on(explain(event(args)?, plan.as_deref(), &config, now));
    let explanation =
        explanation.map_err(|source| ExplainError::Plan { place: place(args, &config), source })?;
    let report = ExplainReport { schema: 1, explanation: &explanation };
    Ok(output.print(out, Lines::new(explanation.lines()), &report)?)
}

/// Reads the plan from the parameter.
async fn stored(args: &ExplainArgs, parameter: &Parameter) -> Result<String, ExplainError> {
    let target = Target {
        config: Some(args.config.clone()),
        local: args.local.clone(),
        ..Target::default()
    };
    let account = account(Some(&target)).await?;
    let Parameter { name, home_region, .. } = parameter;
    let mut home = Place::new(&account, name, home_region);
    home.read().await.map_err(ReadPlanError::from)?;
    let missing = || ReadPlanError::NoParameter { name: name.clone(), region: home_region.clone() };
    Ok(home.stored.map(|stored| stored.text).ok_or_else(missing)?)
}

fn place(args: &ExplainArgs, config: &Config) -> String {
    let file = args.plan.as_ref().map(|path| path.display().to_string());
    file.unwrap_or_else(|| config.parameter.name.clone())
}

/// The event from the file, or an event for the request that the arguments describe.
fn event(args: &ExplainArgs) -> Result<Event, ExplainError> {
    if let Some(path) = &args.event {
        let parsed = Event::from_json(&read(path)?);
        return parsed.map_err(|source| ExplainError::Event { path: path.clone(), source });
    }
    let uri = args.uri.as_deref().unwrap_or("/");
    let mut request = Request::get(uri).client_ip(&args.address);
    for (name, value) in &args.header {
        request = request.header(name, value);
    }
    if !args.cookie.is_empty() {
        request = request.cookie(args.cookie.join("; "));
    }
    Ok(Event::viewer_request(request))
}

fn read(path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(FileError::reading(path))
}

fn path(text: &str) -> Result<String, String> {
    let is_path = text.starts_with('/');
    is_path.then(|| text.to_owned()).ok_or_else(|| "a path starts with `/`".into())
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("a header is `NAME: VALUE`")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn timestamp(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|error| error.to_string())
}
