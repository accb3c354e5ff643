//! A row becomes the sighting of a viewer.

use access_log::{Field, Row};
use edge_time::Timestamp;
use observation::{
    Apart, Beacon, Content, Outcome, Plans, Said, attribute, is_crawler, is_hit, release_of_cookie,
    replay, viewer,
};
use routing_core::Rules;

/// A viewer of a release was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting<'a> {
    /// The time of the request.
    pub at: Timestamp,
    /// The release that served it.
    pub release: &'a str,
    /// A hash of what tells viewers apart.
    pub viewer: u64,
    /// How it was seen.
    pub event: Event,
}

/// How a viewer was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It got an answer.
    Answer(Answer),
    /// The script of its page reported an error.
    PageError,
}

/// An answer to a viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// What was asked for.
    pub content: Content,
    /// Where it came from.
    pub served: Served,
    /// How it ended.
    pub outcome: Outcome,
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// From a cache.
    Cache,
    /// From the origin, or it is an error.
    Origin,
}

impl<'a> Sighting<'a> {
    /// The sighting in a row. `None`: it says nothing of a release, it names none, or it has no time.
    ///
    /// With the plans of its time, the decision about the row is made again: a failed page names no release. A decision that
    /// is right only if the request was the page load that it looks like counts too. Otherwise the failed pages of the
    /// candidate would be left out, and those of the active release would not. `beacon` is the path of beacons, if the pages
    /// send any.
    #[must_use]
    pub fn of(
        row: &Row<'a>,
        rules: &Rules,
        plans: Option<&'a Plans>,
        beacon: Option<&str>,
    ) -> Option<Sighting<'a>> {
        if let Some(beacon) = beacon.filter(|path| row.get(Field::UriStem) == Some(path)) {
            return Sighting::of_beacon(row, rules, &Beacon::of(row, beacon)?);
        }
        if Apart::of(row, rules).is_some() {
            return None;
        }
        let content = Content::of(row, rules);
        let outcome = Outcome::of(row, content);
        let replayed = plans.map(|plans| replay(row, content, rules, plans));
        let served = if is_hit(row) { Served::Cache } else { Served::Origin };
        Some(Sighting {
            at: Timestamp(row.unix_ms()?),
            release: attribute(row, content, rules, replayed)?.release,
            viewer: viewer(row),
            event: Event::Answer(Answer { content, served, outcome }),
        })
    }

    /// An error that a page reported. The page names its release, or else the request's cookie does.
    fn of_beacon(row: &Row<'a>, rules: &Rules, beacon: &Beacon<'a>) -> Option<Sighting<'a>> {
        match beacon.said {
            Said::Error | Said::Rejection | Said::MissingFile => {}
            Said::Vitals(_) => return None,
        }
        if is_crawler(row, rules) {
            return None;
        }
        Some(Sighting {
            at: Timestamp(row.unix_ms()?),
            release: beacon.release.or_else(|| release_of_cookie(row, rules))?,
            viewer: viewer(row),
            event: Event::PageError,
        })
    }
}
