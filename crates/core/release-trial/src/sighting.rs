//! A row becomes the sighting of a viewer.

use access_log::Row;
use edge_time::Timestamp;
use observation::{Agent, Content, Entry, Outcome, Site, attribute, is_hit, replay, viewer};

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
    /// candidate would be left out, and those of the active release would not.
    #[must_use]
    pub fn of(row: &Row<'a>, agent: &Agent, site: &Site<'a>) -> Option<Sighting<'a>> {
        let (release, event) = match Entry::of(row, agent, site) {
            Entry::Apart(_) => return None,
            Entry::Beacon(beacon) => {
                (beacon.release.filter(|_| beacon.said.is_error())?, Event::PageError)
            }
            Entry::Request(content) => {
                let Site { rules, plans, .. } = *site;
                let replayed = plans.map(|plans| replay(row, agent, content, rules, plans));
                let release = attribute(row, content, rules, replayed)?.release;
                (release, Event::Answer(Answer::of(row, content)))
            }
        };
        let at = Timestamp(row.unix_ms()?);
        Some(Sighting { at, release, viewer: viewer(row, agent), event })
    }
}

impl Answer {
    fn of(row: &Row<'_>, content: Content) -> Answer {
        let served = if is_hit(row) { Served::Cache } else { Served::Origin };
        Answer { content, served, outcome: Outcome::of(row, content) }
    }
}
