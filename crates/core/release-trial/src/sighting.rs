//! A row becomes the sighting of a viewer.

use access_log::Row;
use edge_time::Timestamp;
use observation::{Apart, Content, Outcome, attribute, is_hit, viewer};
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
    #[must_use]
    pub fn of(row: &Row<'a>, rules: &Rules) -> Option<Sighting<'a>> {
        if Apart::of(row, rules).is_some() {
            return None;
        }
        let content = Content::of(row, rules);
        let outcome = Outcome::of(row, content);
        let served = if is_hit(row) { Served::Cache } else { Served::Origin };
        Some(Sighting {
            at: Timestamp(row.unix_ms()?),
            release: attribute(row, content, rules, None)?.release,
            viewer: viewer(row),
            event: Event::Answer(Answer { content, served, outcome }),
        })
    }
}
