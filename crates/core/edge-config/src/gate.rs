use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::error::ConfigError;
use crate::toml_as_json::toml_as_json;
use crate::whole::{Whole, within};
use crate::{known_keys, wire};

/// The highest number of viewers or page loads that can be asked for.
const MOST: u32 = 1_000_000;
/// The seconds of a day.
const DAY: u32 = 86_400;

/// The table `[gate]` of `edgeswitch.toml`: how a candidate is compared with the active release.
///
/// A key that the file does not have is `None`. The packages do not have this table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gate {
    /// Where the access logs are.
    pub logs: Option<String>,
    /// How often a good candidate may be called worse: more than 0, at most 0.5.
    pub alpha: Option<f64>,
    /// Up to so many times the active release's rate is not worse: from 1 to below 32.
    pub tolerated_ratio: Option<f64>,
    /// With fewer bad viewers, a candidate is not called worse.
    pub min_bad_viewers: Option<u64>,
    /// With fewer page loads, nothing is said of a candidate.
    pub min_page_loads: Option<u64>,
    /// How long a stage must have lasted before the candidate is called not worse.
    pub soak: Option<Duration>,
    /// Rows that are younger are not looked at.
    pub lateness: Option<Duration>,
    /// How often a right split of the viewers may be called wrong: more than 0, at most 0.5.
    pub share_alpha: Option<f64>,
}

/// What the address of a bucket begins with.
const S3: &str = "s3://";

impl Gate {
    /// The lateness without the key: CloudFront delivers standard logs v2 within minutes.
    pub const LATENESS: Duration = Duration::from_secs(600);

    /// The bucket of the logs, and what their keys begin with. `None`: they are in no bucket.
    #[must_use]
    pub fn bucket(&self) -> Option<(&str, &str)> {
        let address = self.logs.as_deref()?.strip_prefix(S3)?;
        Some(address.split_once('/').unwrap_or((address, ""))).filter(|(name, _)| !name.is_empty())
    }

    /// Reads the table `[gate]` of `edgeswitch.toml`.
    ///
    /// # Errors
    /// The first [`ConfigError`] found: it names the key, the value and what is allowed.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let syntax = |error: serde_json::Error| ConfigError::Syntax(error.to_string());
        let document: Value = serde_json::from_str(&toml_as_json(text)?).map_err(syntax)?;
        known_keys::check(&document)?;
        wire::read::<WireFile>(document)?.gate.check()
    }
}

/// The file as written.
#[derive(Deserialize)]
struct WireFile {
    #[serde(default)]
    gate: WireGate,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireGate {
    logs: Option<String>,
    alpha: Option<f64>,
    tolerated_ratio: Option<f64>,
    min_bad_viewers: Option<Whole>,
    min_page_loads: Option<Whole>,
    soak_seconds: Option<Whole>,
    lateness_seconds: Option<Whole>,
    share_alpha: Option<f64>,
}

impl WireGate {
    fn check(self) -> Result<Gate, ConfigError> {
        let count = |key, number: Option<Whole>, least| {
            number.map(|number| within(key, number, least, MOST).map(u64::from)).transpose()
        };
        let seconds = |key, number: Option<Whole>| {
            let seconds = number.map(|number| within(key, number, 0, DAY)).transpose();
            seconds.map(|seconds| seconds.map(|seconds| Duration::from_secs(seconds.into())))
        };
        Ok(Gate {
            alpha: rate("gate.alpha", self.alpha)?,
            tolerated_ratio: ratio("gate.tolerated_ratio", self.tolerated_ratio)?,
            min_bad_viewers: count("gate.min_bad_viewers", self.min_bad_viewers, 1)?,
            min_page_loads: count("gate.min_page_loads", self.min_page_loads, 1)?,
            soak: seconds("gate.soak_seconds", self.soak_seconds)?,
            lateness: seconds("gate.lateness_seconds", self.lateness_seconds)?,
            share_alpha: rate("gate.share_alpha", self.share_alpha)?,
            logs: self.logs,
        })
    }
}

fn rate(key: &str, number: Option<f64>) -> Result<Option<f64>, ConfigError> {
    match number {
        Some(number) if !(number > 0.0 && number <= 0.5) => {
            let problem =
                format!("`{number}` is out of range: allowed is more than 0 and at most 0.5");
            Err(ConfigError::value(key, problem))
        }
        number => Ok(number),
    }
}

fn ratio(key: &str, number: Option<f64>) -> Result<Option<f64>, ConfigError> {
    match number {
        Some(number) if !(1.0..32.0).contains(&number) => {
            let problem =
                format!("`{number}` is out of range: allowed is at least 1 and less than 32");
            Err(ConfigError::value(key, problem))
        }
        number => Ok(number),
    }
}
