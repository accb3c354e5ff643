use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use edge_config::Gate;
use release_verdict::Settings;
use serde::Serialize;

use super::GateError;
use crate::commands::duration;

/// How a candidate is compared.
#[derive(Debug, Clone, Default, PartialEq, Args)]
#[command(next_help_heading = "Comparison")]
pub struct GateOptions {
    /// A log, a folder with logs and further folders, a bucket as `s3://BUCKET/PREFIX`, or `-` for standard input
    /// [default: `logs` in [gate]].
    #[arg(long, value_name = "PATH")]
    pub logs: Option<PathBuf>,
    /// How often a candidate that is not worse may be called worse, over a whole rollout [default: 0.01].
    #[arg(long, value_name = "RATE")]
    pub alpha: Option<f64>,
    /// Errors up to so many times as often are not worse [default: 1.5].
    #[arg(long, value_name = "TIMES")]
    pub tolerated_ratio: Option<f64>,
    /// A candidate with fewer bad viewers is not called worse [default: 5].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub min_bad_viewers: Option<u64>,
    /// With fewer page loads of the candidate, nothing is said of it [default: 100].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub min_page_loads: Option<u64>,
    /// How long a stage must have lasted before the candidate is called not worse [default: 10m].
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub soak: Option<Duration>,
    /// Requests that are younger are not looked at: logs come late [default: 10m; with --local 0s].
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub lateness: Option<Duration>,
    /// How often a right split of the viewers may be called wrong, over a whole rollout [default: 0.001].
    #[arg(long, value_name = "RATE")]
    pub share_alpha: Option<f64>,
}

/// How a candidate is compared: the options, else the keys of `[gate]`, else the defaults.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GateSettings {
    pub(crate) logs: PathBuf,
    pub(crate) lateness: Duration,
    pub(crate) verdict: Settings,
}

/// The settings, as `--output json` prints them.
#[derive(Debug, Serialize)]
pub(crate) struct PrintedSettings {
    alpha: f64,
    tolerated_ratio: f64,
    min_bad_viewers: u64,
    min_page_loads: u64,
    soak_seconds: u64,
    lateness_seconds: u64,
    share_alpha: f64,
}

impl GateOptions {
    /// Whether one of them was given.
    pub(crate) fn is_given(&self) -> bool {
        *self != Self::default()
    }

    /// The settings of a comparison.
    pub(crate) fn settings(
        &self,
        configured: &Gate,
        is_local: bool,
    ) -> Result<GateSettings, GateError> {
        let defaults = Settings::default();
        let late = if is_local { Duration::ZERO } else { Gate::LATENESS };
        let soak = self.soak.or(configured.soak).map(|soak| soak.as_secs());
        let bad = self.min_bad_viewers.or(configured.min_bad_viewers);
        let loads = self.min_page_loads.or(configured.min_page_loads);
        let share_alpha = self.share_alpha.or(configured.share_alpha);
        let ratio = self.tolerated_ratio.or(configured.tolerated_ratio);
        let verdict = Settings {
            tolerated_ratio: ratio.unwrap_or(defaults.tolerated_ratio),
            alpha: self.alpha.or(configured.alpha).unwrap_or(defaults.alpha),
            share_alpha: share_alpha.unwrap_or(defaults.share_alpha),
            min_bad_viewers: bad.unwrap_or(defaults.min_bad_viewers),
            min_page_loads: loads.unwrap_or(defaults.min_page_loads),
            soak_seconds: soak.unwrap_or(defaults.soak_seconds),
        };
        let logs = self.logs.clone().or_else(|| configured.logs.as_ref().map(PathBuf::from));
        Ok(GateSettings {
            logs: logs.ok_or(GateError::NoLogs)?,
            lateness: self.lateness.or(configured.lateness).unwrap_or(late),
            verdict: verdict.check()?,
        })
    }
}

impl PrintedSettings {
    pub(crate) fn alpha(&self) -> f64 {
        self.alpha
    }
}

impl From<&GateSettings> for PrintedSettings {
    fn from(GateSettings { lateness, verdict, .. }: &GateSettings) -> Self {
        Self {
            alpha: verdict.alpha,
            tolerated_ratio: verdict.tolerated_ratio,
            min_bad_viewers: verdict.min_bad_viewers,
            min_page_loads: verdict.min_page_loads,
            soak_seconds: verdict.soak_seconds,
            lateness_seconds: lateness.as_secs(),
            share_alpha: verdict.share_alpha,
        }
    }
}
