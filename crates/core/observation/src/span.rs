//! Counts by time.

use std::collections::BTreeMap;

use access_log::Row;
use edge_time::Timestamp;

use crate::observation::MAX_RELEASES;
use crate::{Content, Distinct, Outcome, Planned, Said};

/// The most spans that are counted.
pub const MAX_SPANS: usize = 3000;
/// The most pieces of time that are counted.
pub(crate) const MAX_PIECES: usize = 128;

const MINUTE: i64 = 60_000;

/// What a span of time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A minute.
    Minute,
    /// The time in which one stage of one plan applied.
    Stage,
    /// A piece of time, for charts: a minute, or twice as long as often as needed to have few pieces.
    Piece,
}

impl By {
    /// The start of the span with a time. Pieces have this many minutes.
    pub(crate) fn start(
        self,
        at: Timestamp,
        stage: Option<Timestamp>,
        minutes: i64,
    ) -> Option<Timestamp> {
        let of = |length: i64| Timestamp(at.0.div_euclid(length).saturating_mul(length));
        match self {
            By::Minute => Some(of(MINUTE)),
            By::Stage => stage,
            By::Piece => Some(of(MINUTE.saturating_mul(minutes))),
        }
    }
}

/// The counts of a span of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Span {
    /// The counts of each release.
    pub releases: BTreeMap<String, InSpan>,
    /// The page loads that the plan gives each release.
    pub planned: Planned,
}

/// The counts of a release in a span of time. Numbers of viewers above 256 are estimates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InSpan {
    /// All requests.
    pub requests: u64,
    /// The page loads among them.
    pub page_loads: u64,
    /// Different viewers.
    pub viewers: Distinct<256>,
    /// The viewers who got a server error, missed a file, or had an error on their page.
    pub bad_viewers: Distinct<256>,
}

impl Span {
    pub(crate) fn see(&mut self, release: &str, row: &Row<'_>, content: Content, viewer: u64) {
        let Some(counts) = self.counts(release) else { return };
        counts.requests += 1;
        counts.page_loads += u64::from(content == Content::Page);
        counts.viewers.add(viewer);
        match Outcome::of(row, content) {
            Outcome::ServerError | Outcome::MissingFile => counts.bad_viewers.add(viewer),
            Outcome::Fine | Outcome::FunctionError => {}
        }
    }

    /// A page that says something has a viewer, even if it was loaded before.
    pub(crate) fn see_beacon(&mut self, release: &str, said: Said, viewer: u64) {
        let Some(counts) = self.counts(release) else { return };
        counts.viewers.add(viewer);
        if said.is_error() {
            counts.bad_viewers.add(viewer);
        }
    }

    /// Adds the counts of other rows.
    pub fn merge(&mut self, other: &Span) {
        for (release, more) in &other.releases {
            let Some(counts) = self.counts(release) else { continue };
            counts.requests += more.requests;
            counts.page_loads += more.page_loads;
            counts.viewers.merge(&more.viewers);
            counts.bad_viewers.merge(&more.bad_viewers);
        }
        self.planned.merge(&other.planned);
    }

    fn counts(&mut self, release: &str) -> Option<&mut InSpan> {
        if !self.releases.contains_key(release) {
            if self.releases.len() == MAX_RELEASES {
                return None;
            }
            self.releases.insert(release.to_owned(), InSpan::default());
        }
        self.releases.get_mut(release)
    }
}
