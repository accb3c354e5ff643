use serde::Serialize;
use serde_json::Value;

use crate::check::Check;
use crate::source::Source;

/// The results of all checks.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The number of checks whose subject exists.
    pub checks: usize,
    pub findings: Vec<Finding>,
    pub not_checked: Vec<NotChecked>,
    /// What checks measured, whether they found something or not.
    pub measured: Vec<Measured>,
    /// The checks that found nothing and could read everything.
    pub sound: Vec<Check>,
}

/// How an examination ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Sound,
    Findings,
    /// No finding, but a read that the checks need was refused or is missing.
    CouldNotLook,
}

/// A measurement, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    pub check: Check,
    pub what: String,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub check: Check,
    pub severity: Severity,
    pub read: Evidence,
    /// The consequence for a viewer.
    pub consequence: String,
    pub repair: String,
    /// A command line that repairs it, or that begins the repair.
    pub command: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Requests fail, or AWS refuses the configuration.
    Error,
    /// Requests succeed, but not as expected.
    Warning,
}

/// The value that a finding is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// The answer, by its file: `cache-policies/658327ea`.
    pub source: String,
    /// The path of the value in the answer: `.CachePolicy.CachePolicyConfig.MinTTL`.
    pub path: String,
    pub value: Value,
}

/// A check, or a part of it, that could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotChecked {
    pub check: Check,
    /// The answer that is needed.
    pub source: Source,
    pub why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// AWS refused the read: its message.
    Refused(String),
    /// The answer is needed and was not read.
    NotRead,
    /// An origin does not answer to this machine: the reason.
    OutOfReach(String),
    /// The answer was not read. It is optional.
    Optional,
    /// The answer does not have this field.
    NoField(&'static str),
    /// The project's configuration is not known.
    NoConfiguration,
}

impl Report {
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if !self.findings.is_empty() {
            Outcome::Findings
        } else if self.not_checked.iter().any(|one| one.why.is_failure()) {
            Outcome::CouldNotLook
        } else {
            Outcome::Sound
        }
    }
}

impl Why {
    fn is_failure(&self) -> bool {
        match self {
            Self::Refused(_) | Self::NotRead => true,
            Self::OutOfReach(_) | Self::Optional | Self::NoField(_) | Self::NoConfiguration => {
                false
            }
        }
    }
}
