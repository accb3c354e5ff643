mod athena;
mod history;
mod page;
mod pieces;
mod report;
mod screen;
mod spans;
mod trials;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use access_log::Row;
use clap::{Args, ValueEnum};
use edge_config::Config;
use edge_time::Timestamp;
use observation::{Agent, By, Observation, Plans, Site};
use release_trial::{Ledger, Sighting};
use thiserror::Error;
use tokio::task::spawn_blocking;

use crate::aws::AwsError;
use crate::commands::moment::duration;
use crate::control::{ProjectError, Session, Target, TerminalError, configuration, gate_settings};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::files::FileError;
use crate::gate::GateError;
use crate::logs::{Found, LogsError, ReadLimits, Sink, find_and_show, have_cookies, read, reading};

use athena::{AthenaArgs, AthenaError, Cost};
use page::Verdicts;
use report::Report;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch observe --logs logs/
  $ edgeswitch observe --logs logs/ --since 1h --by minute
  $ edgeswitch observe --logs logs/ --replay --by stage
  $ edgeswitch observe --logs logs/ --local             # of `edgeswitch dev`
  $ edgeswitch observe --logs logs/ --plans plans.json  # of `history`
  $ edgeswitch observe --logs logs/ --replay --report report.html
  $ edgeswitch observe --logs s3://shop-access-logs/cdn/ --since 1h
  $ edgeswitch observe --logs s3://shop-access-logs/ --engine athena --dry-run
  $ edgeswitch observe --logs -

Exit codes:
  0  every log was read
  1  a log could not be read to its end: the rows before are counted
  2  bad usage";

/// Which logs are read.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct ObserveArgs {
    /// A log, a folder with logs and further folders, a bucket as `s3://BUCKET/PREFIX`, or `-` for standard input.
    #[arg(long, value_name = "PATH")]
    pub logs: PathBuf,
    /// Count only requests since then: an RFC 3339 time, or a duration such as 1h [default: all].
    #[arg(long, value_name = "TIME", value_parser = Since::parse)]
    pub since: Option<Since>,
    /// Count by time, too: by minute, or by stage of the plan.
    #[arg(long)]
    pub by: Option<SpanOfTime>,
    /// Find the release of each request by the plan of its time. The history of the plan comes from the account, or with
    /// `--local` from `edgeswitch dev`, which needs no `--replay`.
    #[arg(long)]
    pub replay: bool,
    /// Take that history from this file: `edgeswitch history --last 100 --output json` writes it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["replay", "local"])]
    pub plans: Option<PathBuf>,
    /// Write a page with charts: the shares over time, the errors, and the times. With the history of the plan, also the
    /// verdict over time about each release that was on trial.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// The program that reads the logs.
    #[arg(long, value_enum, default_value_t = Engine::Local)]
    pub engine: Engine,
    #[command(flatten)]
    pub athena: AthenaArgs,
    #[command(flatten)]
    pub target: Target,
}

/// The program that reads the logs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// This one.
    #[default]
    Local,
    /// A query in Athena, for logs in a bucket that are too many for one machine. The command says first how much it costs.
    Athena,
}

/// The start of the time that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// A time.
    Moment(Timestamp),
    /// So long ago.
    Ago(Duration),
}

impl Since {
    fn parse(text: &str) -> Result<Self, String> {
        let time = Timestamp::parse(text).map(Self::Moment);
        time.or_else(|_| duration(text).map(Self::Ago)).map_err(|_| {
            format!("invalid time `{text}`: expected for example `1h`, or an RFC 3339 time such as `2026-11-22T10:30:00Z`")
        })
    }

    fn from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Moment(at) => at,
            Self::Ago(by) => now.minus(by),
        }
    }
}

/// The spans of time that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SpanOfTime {
    /// Each minute.
    Minute,
    /// The time in which one stage of the plan applied. This needs the history of the plan.
    Stage,
}

/// No log can be observed.
#[derive(Debug, Error)]
pub(crate) enum ObserveError {
    #[error("`{0}` is only for `--engine athena`")]
    NotForLocal(&'static str),
    #[error(transparent)]
    Athena(#[from] AthenaError),
    #[error("`--by stage` needs the plans of that time")]
    NoPlans,
    #[error("`{}` has no history of a plan: {problem}", path.display())]
    NoHistory { path: PathBuf, problem: String },
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    Logs(#[from] LogsError),
    #[error(transparent)]
    Gate(#[from] GateError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("the logs were not read to their end: {0}")]
    Stopped(String),
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for ObserveError {
    fn advice(&self) -> Advice {
        match self {
            Self::NotForLocal(_) => Advice::usage(),
            Self::Athena(error) => error.advice(),
            Self::NoPlans => Advice::usage()
                .hint("`--replay` reads them from the account, `--local` from `edgeswitch dev`, `--plans` from a file"),
            Self::NoHistory { .. } => Advice::failed()
                .hint("`edgeswitch history --last 100 --output json` writes one"),
            Self::Aws(error) => error.advice(),
            Self::Logs(error) => error.advice(),
            Self::Gate(error) => error.advice(),
            Self::File(error) => error.advice(),
            Self::Stopped(_) => Advice::failed(),
            Self::Project(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// What was counted.
struct Observed {
    observation: Observation,
    found: Found,
    /// The number of logs.
    logs: usize,
    /// Rows before the time that is looked at.
    before: u64,
    /// Whether decisions are not made again, because the logs have no cookies.
    lacks_cookies: bool,
    /// Whether people asked for the counts by time.
    shows_spans: bool,
    /// What the query in Athena cost, if there was one.
    athena: Option<Cost>,
}

/// Counts what the logs say of each release.
pub(crate) async fn observe(
    args: &ObserveArgs,
    session: &mut Session<'_>,
) -> Result<Exit, ObserveError> {
    let config: Option<Config> = configuration(&args.target)?;
    match args.engine {
        Engine::Local => read_all(args, config, session).await,
        Engine::Athena => match athena::count(args, config.as_ref(), session).await? {
            Some(observed) => print(&Report::of(&observed), session),
            None => Ok(Exit::Done),
        },
    }
}

fn print(report: &Report, session: &mut Session<'_>) -> Result<Exit, ObserveError> {
    session.console.print(screen::lines(report), report)?;
    Ok(if report.unread.is_empty() { Exit::Done } else { Exit::Failed })
}

/// Reads the logs.
async fn read_all(
    args: &ObserveArgs,
    config: Option<Config>,
    session: &mut Session<'_>,
) -> Result<Exit, ObserveError> {
    if let Some(option) = args.athena.first() {
        return Err(ObserveError::NotForLocal(option));
    }
    let plans = plans(args, config.as_ref(), session).await?;
    if args.by == Some(SpanOfTime::Stage) && plans.is_none() {
        return Err(ObserveError::NoPlans);
    }
    let now = session.clock.now();
    let since = args.since.map(|since| since.from(now));
    let trials = match (&args.report, &plans) {
        (Some(_), Some(plans)) => {
            let terms = trials::terms(args, config.as_ref(), &gate_settings(&args.target)?)?;
            Some((trials::ledgers(&terms, plans, since, now), terms))
        }
        (Some(_), None) | (None, _) => None,
    };
    let (ledgers, terms) =
        trials.map_or((Vec::new(), None), |(ledgers, terms)| (ledgers, Some(terms)));
    let name = config.as_ref().map(|config| config.name.clone());
    let (rules, beacon) =
        config.map_or_else(Default::default, |config| (config.rules, config.observe.beacon));
    let logs = find_and_show(&args.logs, since, session).await?;
    let bar = session.console.counter(&reading(&logs))?;
    bar.set_length(logs.len() as u64);
    let by = by(args);
    let progress = bar.clone();
    let shows_spans = args.by.is_some();
    let read = spawn_blocking(move || {
        let lacks_cookies = plans.is_some() && !have_cookies(&logs, &rules);
        let site = Site {
            rules: &rules,
            plans: plans.as_ref().filter(|_| !lacks_cookies),
            beacon: beacon.as_deref(),
        };
        let sink = Observing { site, since, observation: Observation::by(by), ledgers, before: 0 };
        let (Observing { observation, ledgers, before, .. }, found) =
            read(&logs, sink, &rules, &progress, ReadLimits::default());
        let logs = logs.len();
        let observed =
            Observed { observation, found, logs, before, lacks_cookies, shows_spans, athena: None };
        (observed, ledgers)
    });
    let (observed, ledgers) =
        read.await.map_err(|panic| ObserveError::Stopped(panic.to_string()))?;
    bar.finish_and_clear();
    let report = Report::of(&observed);
    if let Some(file) = &args.report {
        let verdicts = match terms {
            None => Verdicts::NoPlans,
            Some(terms) => Verdicts::Of(trials::judgements(&terms, ledgers)?, terms),
        };
        let page = page::page(name.as_deref(), &observed, &report, &verdicts);
        fs::write(file, page).map_err(FileError::writing(file))?;
        session.console.say(&format!("`{}` is written", file.display()))?;
    }
    print(&report, session)
}

/// The spans of time to count. The charts of a report need some, too.
fn by(args: &ObserveArgs) -> Option<By> {
    match (args.by, &args.report) {
        (Some(SpanOfTime::Minute), _) => Some(By::Minute),
        (Some(SpanOfTime::Stage), _) => Some(By::Stage),
        (None, Some(_)) => Some(By::Piece),
        (None, None) => None,
    }
}

/// The history of the plan, if it was asked for.
async fn plans(
    args: &ObserveArgs,
    config: Option<&Config>,
    session: &Session<'_>,
) -> Result<Option<Plans>, ObserveError> {
    match &args.plans {
        Some(path) => history::of_file(path, config).map(Some),
        None if args.replay || args.target.local.is_some() => {
            history::of_parameter(&args.target, session).await.map(Some)
        }
        None => Ok(None),
    }
}

/// Counts each row.
#[derive(Clone)]
struct Observing<'s> {
    site: Site<'s>,
    since: Option<Timestamp>,
    observation: Observation,
    /// The trials that a report compares.
    ledgers: Vec<Ledger>,
    before: u64,
}

impl Sink for Observing<'_> {
    fn see(&mut self, row: &Row<'_>, agent: &Agent) {
        let is_before = self.since.zip(row.unix_ms()).is_some_and(|(since, at)| at < since.0);
        if is_before {
            self.before += 1;
            return;
        }
        self.observation.see(row, agent, &self.site);
        if self.ledgers.is_empty() {
            return;
        }
        let Some(sighting) = Sighting::of(row, agent, &self.site) else { return };
        self.ledgers.iter_mut().for_each(|ledger| ledger.see(&sighting));
    }

    fn merge(&mut self, other: Self) {
        self.before += other.before;
        self.observation.merge(&other.observation);
        for (ledger, other) in self.ledgers.iter_mut().zip(other.ledgers) {
            ledger.merge(other);
        }
    }
}
