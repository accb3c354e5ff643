//! Rows become counts.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use access_log::{Field, Row};
use routing_core::Rules;

use crate::{Apart, Content, Traffic, Way, attribute};

/// The most releases that are counted. Cookies can be forged; memory must not grow with them.
pub const MAX_RELEASES: usize = 64;

/// What the rows say of each release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observation {
    /// The rows that were looked at.
    pub rows: u64,
    /// The first and the last time of a row, in milliseconds since 1970.
    pub times: Option<(i64, i64)>,
    /// Rows that say nothing of a release, by the reason.
    pub apart: BTreeMap<Apart, u64>,
    /// Rows whose release is known, by what named it.
    pub ways: BTreeMap<Way, u64>,
    /// Rows that name no release.
    pub unnamed: u64,
    /// Rows that name a release after [`MAX_RELEASES`] others.
    pub too_many: u64,
    /// Rows of which a second way names the same release.
    pub agreed: u64,
    /// Rows of which a second way names another one.
    pub disagreed: u64,
    /// The counts of each release.
    pub releases: BTreeMap<String, BTreeMap<Content, Traffic>>,
}

impl Observation {
    /// Looks at a row.
    pub fn see(&mut self, row: &Row<'_>, rules: &Rules) {
        self.rows += 1;
        if let Some(time) = row.unix_ms() {
            let (first, last) = self.times.unwrap_or((time, time));
            self.times = Some((first.min(time), last.max(time)));
        }
        if let Some(apart) = Apart::of(row, rules) {
            *self.apart.entry(apart).or_default() += 1;
            return;
        }
        let content = Content::of(row, rules);
        let Some(named) = attribute(row, content, rules) else {
            self.unnamed += 1;
            return;
        };
        if !self.has_room_for(named.release) {
            self.too_many += 1;
            return;
        }
        *self.ways.entry(named.way).or_default() += 1;
        if let Some(other) = named.other {
            *(if other == named.release { &mut self.agreed } else { &mut self.disagreed }) += 1;
        }
        self.traffic(named.release, content).see(row, content, viewer(row));
    }

    /// Adds the counts of other rows.
    pub fn merge(&mut self, other: &Observation) {
        self.rows += other.rows;
        self.times = match (self.times, other.times) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (one, other) => one.or(other),
        };
        for (apart, rows) in &other.apart {
            *self.apart.entry(*apart).or_default() += rows;
        }
        for (way, rows) in &other.ways {
            *self.ways.entry(*way).or_default() += rows;
        }
        self.unnamed += other.unnamed;
        self.too_many += other.too_many;
        self.agreed += other.agreed;
        self.disagreed += other.disagreed;
        for (release, contents) in &other.releases {
            for (content, traffic) in contents {
                if self.has_room_for(release) {
                    self.traffic(release, *content).merge(traffic);
                } else {
                    self.too_many += traffic.requests;
                }
            }
        }
    }

    fn has_room_for(&self, release: &str) -> bool {
        self.releases.len() < MAX_RELEASES || self.releases.contains_key(release)
    }

    fn traffic(&mut self, release: &str, content: Content) -> &mut Traffic {
        if !self.releases.contains_key(release) {
            self.releases.insert(release.to_owned(), BTreeMap::new());
        }
        // Both are there now; `entry` would copy the name for each row.
        let contents = self.releases.get_mut(release).expect("it was inserted");
        contents.entry(content).or_default()
    }
}

/// A hash of what tells viewers apart.
///
/// A viewer is an address with its User-Agent: coarse behind a company's address, but good enough.
#[must_use]
pub fn viewer(row: &Row<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.get(Field::ClientIp).hash(&mut hasher);
    row.get(Field::UserAgent).hash(&mut hasher);
    hasher.finish()
}
