mod advice;
mod page;
mod path;
mod screen;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use forecast::{Resolvers, Sessions};
use serde::Serialize;
use thiserror::Error;

use crate::commands::moment::duration;
use crate::control::{Project, ProjectError, Session, Target, TerminalError};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::files::FileError;
use crate::following::FollowerError;

use path::{Path, paths};

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch forecast
  $ edgeswitch forecast rollback --visit 1h
  $ edgeswitch forecast canary --report forecast.html";

/// Which change, and which viewers.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct ForecastArgs {
    /// The change whose requests are followed.
    #[arg(value_name = "CHANGE", value_enum, default_value_t = Change::Promote)]
    pub change: Change,
    /// Write the curves as a page with a chart.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// The mean length of a visit.
    #[arg(long, value_name = "TIME", value_parser = positive, default_value = "10m", help_heading = VIEWERS)]
    pub visit: Duration,
    /// The mean time until a viewer comes back.
    #[arg(long, value_name = "TIME", value_parser = positive, default_value = "1day", help_heading = VIEWERS)]
    pub away: Duration,
    /// The mean time between two requests of a visit.
    #[arg(long, value_name = "TIME", value_parser = positive, default_value = "10s", help_heading = VIEWERS)]
    pub gap: Duration,
    /// The mean time between two page loads of a visit.
    #[arg(long, value_name = "TIME", value_parser = positive, default_value = "2m", help_heading = VIEWERS)]
    pub page: Duration,
    /// The percentage of viewers whose resolver ignores the TTL of DNS records.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100), default_value_t = 5, help_heading = VIEWERS)]
    pub stubborn: u8,
    /// How long such a resolver keeps an answer.
    #[arg(long, value_name = "TIME", value_parser = positive, default_value = "1h", help_heading = VIEWERS)]
    pub kept: Duration,
    #[command(flatten)]
    pub target: Target,
}

const VIEWERS: &str = "Viewers";

/// A change of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Another release gets all traffic, everywhere in the same second.
    Promote,
    /// A release gets a share.
    Canary,
    /// The former release gets all traffic, at each edge location when it reads the plan.
    Rollback,
}

/// A forecast cannot be made.
#[derive(Debug, Error)]
pub(crate) enum ForecastError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Follower(#[from] FollowerError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for ForecastError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Follower(error) => error.advice(),
            Self::File(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// The assumptions about viewers, in seconds.
#[derive(Debug, Clone, Copy, Serialize)]
struct Viewers {
    visit: f64,
    away: f64,
    gap: f64,
    page: f64,
    stubborn_percent: u8,
    kept: f64,
}

impl Viewers {
    fn of(args: &ForecastArgs) -> Self {
        Self {
            visit: args.visit.as_secs_f64(),
            away: args.away.as_secs_f64(),
            gap: args.gap.as_secs_f64(),
            page: args.page.as_secs_f64(),
            stubborn_percent: args.stubborn,
            kept: args.kept.as_secs_f64(),
        }
    }

    fn sessions(&self) -> Sessions {
        Sessions { visit: self.visit, away: self.away, gap: self.gap, page: self.page }
    }

    fn resolvers(&self, ttl: f64) -> Resolvers {
        Resolvers { ttl, stubborn: f64::from(self.stubborn_percent) / 100.0, kept: self.kept }
    }
}

/// The forecast, as `--output json` prints it.
#[derive(Serialize)]
struct Forecast {
    schema: u8,
    change: Change,
    paths: Vec<Path>,
    assumptions: Viewers,
    advice: Vec<String>,
}

/// Computes how fast a change moves the requests, at the edge and at each follower.
pub(crate) async fn forecast(
    args: &ForecastArgs,
    session: &mut Session<'_>,
) -> Result<Exit, ForecastError> {
    let project = Project::find(&args.target)?;
    let viewers = Viewers::of(args);
    let paths = paths(session, &project, args.change, &viewers).await?;
    let advice = advice::advice(&paths, args.change, &viewers);
    let forecast = Forecast { schema: 1, change: args.change, paths, assumptions: viewers, advice };
    if let Some(file) = &args.report {
        let name = project.config.as_ref().map_or(&*project.parameter.name, |config| &config.name);
        std::fs::write(file, page::page(name, &forecast)).map_err(FileError::writing(file))?;
        session.console.say(&format!("`{}` is written", file.display()))?;
    }
    session.console.print(screen::lines(&forecast), &forecast)?;
    Ok(Exit::Done)
}

fn positive(text: &str) -> Result<Duration, String> {
    let length = duration(text)?;
    if length.is_zero() {
        Err(format!("`{text}` is no time: expected at least 1s"))
    } else {
        Ok(length)
    }
}
