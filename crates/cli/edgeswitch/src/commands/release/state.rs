use std::fmt;

use plan_change::Summary;
use serde::Serialize;

/// The viewers that get a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReleaseState {
    /// Everybody, or everybody except the viewers of a canary.
    Active,
    /// A share of the viewers.
    Canary,
    /// Nobody yet: a later stage gives it traffic.
    ToCome,
    /// Only viewers with a preview link.
    Staged,
    /// Only viewers whose cookie still names it.
    Draining,
    /// Nobody any more.
    Drained,
    /// Nobody ever again.
    Withdrawn,
}

impl ReleaseState {
    pub(crate) fn of(id: &str, summary: &Summary) -> Self {
        let has = |list: &[String]| list.iter().any(|other| other == id);
        match summary.traffic.iter().position(|share| share.release == id) {
            Some(0) => Self::Active,
            Some(_) => Self::Canary,
            None if has(&summary.withdrawn) => Self::Withdrawn,
            None if has(&summary.staged) => Self::Staged,
            None if has(&summary.drained) => Self::Drained,
            None if summary.draining.iter().any(|one| one.release == id) => Self::Draining,
            None => Self::ToCome,
        }
    }

    /// The state with its share or its end: `canary 10 %`, `draining until 10:00:45 UTC`, `staged`.
    pub(crate) fn in_words(id: &str, summary: &Summary) -> String {
        let state = Self::of(id, summary);
        let percent = summary.percent(id);
        match summary.draining.iter().find(|one| one.release == id) {
            Some(draining) => format!("{state} until {}", draining.until),
            None if percent > 0.0 => format!("{state} {} %", (percent * 10.0).round() / 10.0),
            None => state.to_string(),
        }
    }
}

impl fmt::Display for ReleaseState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Active => "active",
            Self::Canary => "canary",
            Self::ToCome => "to come",
            Self::Staged => "staged",
            Self::Draining => "draining",
            Self::Drained => "drained",
            Self::Withdrawn => "withdrawn",
        })
    }
}
