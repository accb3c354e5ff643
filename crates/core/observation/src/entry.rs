//! What a row of a log is.

use access_log::Row;

use crate::{Agent, Apart, Beacon, Content, Site};

/// What a row of a log is, for the numbers of releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry<'a> {
    /// It says nothing of a release.
    Apart(Apart),
    /// A page said something of itself.
    Beacon(Beacon<'a>),
    /// A viewer asked for this.
    Request(Content),
}

impl<'a> Entry<'a> {
    /// What the row is.
    #[must_use]
    pub fn of(row: &Row<'a>, agent: &Agent, site: &Site<'_>) -> Entry<'a> {
        let apart = Apart::of(row, agent, site.rules);
        match apart {
            Some(Apart::Crawler | Apart::Override) => {}
            // viewer-request answers beacons. All that a page says is in its request, so a page that is closed may leave.
            Some(Apart::Answered | Apart::Left) | None => {
                let beacon = site.beacon.and_then(|path| Beacon::of(row, path, site.rules));
                if let Some(beacon) = beacon {
                    return Entry::Beacon(beacon);
                }
            }
        }
        apart.map_or_else(|| Entry::Request(Content::of(row, site.rules)), Entry::Apart)
    }
}
