use std::time::Duration;

use edge_time::Timestamp;
use serde::Deserialize;

/// How long a replica Region may be ahead of the home Region. A command writes the home Region last, so for some
/// seconds this is a change that is being made.
pub const GRACE: Duration = Duration::from_secs(120);

/// The parameter in a Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    pub region: String,
    /// The text and the time of its write; `None` if there is no parameter.
    pub stored: Option<(String, Timestamp)>,
}

/// The replica Regions that get the home Region's plan.
///
/// A Region that is behind gets it at once. One that is not behind and differs is left alone for [`GRACE`].
#[must_use]
pub fn copies_due<'c>(home: &str, copies: &'c [Copy], now: Timestamp) -> Vec<&'c str> {
    let is_due = |copy: &&Copy| match &copy.stored {
        None => true,
        Some((text, _)) if text == home => false,
        Some((text, written)) => revision(text) < revision(home) || written.plus(GRACE) <= now,
    };
    copies.iter().filter(is_due).map(|copy| copy.region.as_str()).collect()
}

/// Bare release ids have no revision, so they are behind every plan.
fn revision(text: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Numbered {
        revision: u64,
    }
    serde_json::from_str::<Numbered>(text).ok().map(|plan| plan.revision)
}
