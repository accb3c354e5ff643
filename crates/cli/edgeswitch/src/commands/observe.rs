mod history;
mod report;
mod screen;
mod spans;

use std::path::PathBuf;
use std::time::Duration;

use access_log::Row;
use clap::{Args, ValueEnum};
use edge_config::Config;
use edge_time::Timestamp;
use observation::{By, Observation, Plans};
use routing_core::Rules;
use thiserror::Error;
use tokio::task::spawn_blocking;

use crate::aws::AwsError;
use crate::commands::moment::duration;
use crate::control::{ProjectError, Session, Target, TerminalError, configuration};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::files::FileError;
use crate::logs::{
    Found, Log, LogsError, Sink, are_in_a_bucket, find, have_cookies, read, reading,
};

use report::Report;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch observe --logs logs/
  $ edgeswitch observe --logs logs/ --since 1h --by minute
  $ edgeswitch observe --logs logs/ --replay --by stage
  $ edgeswitch observe --logs logs/ --local             # of `edgeswitch dev`
  $ edgeswitch observe --logs logs/ --plans plans.json  # of `history`
  $ edgeswitch observe --logs s3://shop-access-logs/cdn/ --since 1h
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
    #[command(flatten)]
    pub target: Target,
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
    #[error("`--by stage` needs the plans of that time")]
    NoPlans,
    #[error("`{}` has no history of a plan: {problem}", path.display())]
    NoHistory { path: PathBuf, problem: String },
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    Logs(#[from] LogsError),
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
            Self::NoPlans => Advice::usage()
                .hint("`--replay` reads them from the account, `--local` from `edgeswitch dev`, `--plans` from a file"),
            Self::NoHistory { .. } => Advice::failed()
                .hint("`edgeswitch history --last 100 --output json` writes one"),
            Self::Aws(error) => error.advice(),
            Self::Logs(error) => error.advice(),
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
}

/// Counts what the logs say of each release.
pub(crate) async fn observe(
    args: &ObserveArgs,
    session: &mut Session<'_>,
) -> Result<Exit, ObserveError> {
    let config: Option<Config> = configuration(&args.target)?;
    let plans = plans(args, config.as_ref(), session).await?;
    if args.by == Some(SpanOfTime::Stage) && plans.is_none() {
        return Err(ObserveError::NoPlans);
    }
    let rules = config.map(|config| config.rules).unwrap_or_default();
    let since = args.since.map(|since| since.from(session.clock.now()));
    let logs = found_logs(args, since, session).await?;
    let bar = session.console.counter(&reading(&logs))?;
    bar.set_length(logs.len() as u64);
    let by = args.by.map(By::from);
    let progress = bar.clone();
    let read = spawn_blocking(move || {
        let lacks_cookies = plans.is_some() && !have_cookies(&logs, &rules);
        let sink = Observing {
            rules: &rules,
            plans: plans.as_ref().filter(|_| !lacks_cookies),
            since,
            observation: Observation::by(by),
            before: 0,
        };
        let (Observing { observation, before, .. }, found) = read(&logs, sink, &progress);
        Observed { observation, found, logs: logs.len(), before, lacks_cookies }
    });
    let observed = read.await.map_err(|panic| ObserveError::Stopped(panic.to_string()))?;
    bar.finish_and_clear();
    let report = Report::of(&observed);
    session.console.print(screen::lines(&report), &report)?;
    Ok(if report.unread.is_empty() { Exit::Done } else { Exit::Failed })
}

async fn found_logs(
    args: &ObserveArgs,
    since: Option<Timestamp>,
    session: &mut Session<'_>,
) -> Result<Vec<Log>, ObserveError> {
    if !are_in_a_bucket(&args.logs) {
        return Ok(find(&args.logs, since, session.cloud).await?);
    }
    let sign = session.console.spinner(&format!("listing {}", args.logs.display()))?;
    let found = find(&args.logs, since, session.cloud).await;
    sign.finish_and_clear();
    Ok(found?)
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

impl From<SpanOfTime> for By {
    fn from(span: SpanOfTime) -> Self {
        match span {
            SpanOfTime::Minute => Self::Minute,
            SpanOfTime::Stage => Self::Stage,
        }
    }
}

/// Counts each row.
#[derive(Clone)]
struct Observing<'r> {
    rules: &'r Rules,
    plans: Option<&'r Plans>,
    since: Option<Timestamp>,
    observation: Observation,
    before: u64,
}

impl Sink for Observing<'_> {
    fn see(&mut self, row: &Row<'_>) {
        let is_before = self.since.zip(row.unix_ms()).is_some_and(|(since, at)| at < since.0);
        if is_before {
            self.before += 1;
        } else {
            self.observation.see(row, self.rules, self.plans);
        }
    }

    fn merge(&mut self, other: Self) {
        self.before += other.before;
        self.observation.merge(&other.observation);
    }
}
