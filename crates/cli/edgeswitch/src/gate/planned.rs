//! How the gate compares, in the plan: the guard reads it there.

use std::time::Duration;

use edge_config::Gate;
use plan_change::GateTerms;
use release_verdict::Settings;

use super::{GateError, GateOptions, GateSettings};

impl GateSettings {
    /// Reads the settings from the plan. What they do not name is the default: no configuration fills it in.
    pub(crate) fn of(terms: &GateTerms) -> Result<Self, GateError> {
        GateOptions::of(terms).settings(&Gate::default(), false)
    }

    /// The settings for the plan, without the defaults: a plan has little room.
    pub(crate) fn terms(&self) -> GateTerms {
        let (own, default) = (&self.verdict, Settings::default());
        GateTerms {
            logs: self.logs.to_string_lossy().into_owned(),
            alpha: unless(own.alpha, default.alpha),
            tolerated_ratio: unless(own.tolerated_ratio, default.tolerated_ratio),
            min_bad_viewers: unless(own.min_bad_viewers, default.min_bad_viewers),
            min_page_loads: unless(own.min_page_loads, default.min_page_loads),
            soak_seconds: unless(own.soak_seconds, default.soak_seconds),
            lateness_seconds: unless(self.lateness.as_secs(), Gate::LATENESS.as_secs()),
            share_alpha: unless(own.share_alpha, default.share_alpha),
        }
    }

    /// `--gate --logs s3://shop-access-logs/cdn/ --soak 300s`
    pub(crate) fn words(&self) -> Vec<String> {
        let terms = self.terms();
        let mut words = vec!["--gate".to_owned(), format!("--logs {}", terms.logs)];
        words.extend(terms.alpha.map(|rate| format!("--alpha {rate}")));
        words.extend(terms.tolerated_ratio.map(|times| format!("--tolerated-ratio {times}")));
        words.extend(terms.min_bad_viewers.map(|count| format!("--min-bad-viewers {count}")));
        words.extend(terms.min_page_loads.map(|count| format!("--min-page-loads {count}")));
        words.extend(terms.soak_seconds.map(|seconds| format!("--soak {seconds}s")));
        words.extend(terms.lateness_seconds.map(|seconds| format!("--lateness {seconds}s")));
        words.extend(terms.share_alpha.map(|rate| format!("--share-alpha {rate}")));
        words
    }
}

impl GateOptions {
    /// The options that a plan names.
    pub(crate) fn of(terms: &GateTerms) -> Self {
        Self {
            logs: Some(terms.logs.clone().into()),
            alpha: terms.alpha,
            tolerated_ratio: terms.tolerated_ratio,
            min_bad_viewers: terms.min_bad_viewers,
            min_page_loads: terms.min_page_loads,
            soak: terms.soak_seconds.map(Duration::from_secs),
            lateness: terms.lateness_seconds.map(Duration::from_secs),
            share_alpha: terms.share_alpha,
        }
    }

    /// These options, and for those that are not given the others.
    pub(crate) fn or(&self, other: Self) -> Self {
        Self {
            logs: self.logs.clone().or(other.logs),
            alpha: self.alpha.or(other.alpha),
            tolerated_ratio: self.tolerated_ratio.or(other.tolerated_ratio),
            min_bad_viewers: self.min_bad_viewers.or(other.min_bad_viewers),
            min_page_loads: self.min_page_loads.or(other.min_page_loads),
            soak: self.soak.or(other.soak),
            lateness: self.lateness.or(other.lateness),
            share_alpha: self.share_alpha.or(other.share_alpha),
        }
    }
}

/// A number, unless it is the default.
fn unless<T: Copy + PartialEq>(value: T, default: T) -> Option<T> {
    (value != default).then_some(value)
}
