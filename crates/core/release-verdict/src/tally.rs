//! Sightings of viewers become batches.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::{Batch, Cell, Kind, Pair, Side};

/// When and where a viewer was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The minute, or another piece of time. Minutes become batches.
    pub minute: i64,
    /// Viewers are compared only within a stratum, such as a class of content.
    pub stratum: u16,
    /// The release that the viewer had.
    pub side: Side,
}

/// Counts viewers, each once.
///
/// In a minute, a viewer counts once in each stratum. In the rollout, it is bad once for each kind, where it was bad
/// first: rows come in any order.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    viewers: BTreeMap<Place, HashSet<u64>>,
    page_loads: BTreeMap<i64, Pair<u64>>,
    /// When and where each viewer was bad first, by the kind.
    first_bad: HashMap<(Kind, u64), (i64, Place)>,
    /// The first minute that is not closed.
    open: Option<i64>,
    late: u64,
}

impl Tally {
    /// Counts a request of a viewer. `viewer` is a hash of what tells viewers apart.
    pub fn see(&mut self, place: Place, viewer: u64) {
        if self.is_open(place) {
            self.viewers.entry(place).or_default().insert(viewer);
        }
    }

    /// Counts a page load.
    pub fn load(&mut self, place: Place) {
        if self.is_open(place) {
            *self.page_loads.entry(place.minute).or_default().of(place.side) += 1;
        }
    }

    /// Counts a request that was bad, at a time within the minute. It is a sighting too.
    pub fn bad(&mut self, place: Place, kind: Kind, viewer: u64, time: i64) {
        if self.is_open(place) {
            self.viewers.entry(place).or_default().insert(viewer);
            let first = self.first_bad.entry((kind, viewer)).or_insert((time, place));
            *first = (time, place).min(*first);
        }
    }

    /// Adds the counts of other rows. Neither of the two has closed a minute.
    pub fn merge(&mut self, other: Tally) {
        for (place, viewers) in other.viewers {
            self.viewers.entry(place).or_default().extend(viewers);
        }
        for (minute, loads) in other.page_loads {
            let sum = self.page_loads.entry(minute).or_default();
            sum.candidate += loads.candidate;
            sum.active += loads.active;
        }
        for (viewer, place) in other.first_bad {
            let first = self.first_bad.entry(viewer).or_insert(place);
            *first = place.min(*first);
        }
        self.late += other.late;
    }

    /// Requests of minutes that were closed already. They are in no batch.
    #[must_use]
    pub fn late(&self) -> u64 {
        self.late
    }

    /// Closes all minutes before `minute`, and returns them as batches in the order of time.
    ///
    /// Close a minute when its rows have arrived: rows that come later are not counted.
    pub fn close(&mut self, minute: i64, kinds: &[Kind]) -> Vec<Batch> {
        self.open = self.open.max(Some(minute));
        let mut bad: HashMap<(Kind, Place), u64> = HashMap::new();
        for ((kind, _), (_, place)) in &self.first_bad {
            *bad.entry((*kind, *place)).or_default() += 1;
        }
        let mut batches: BTreeMap<i64, Batch> = BTreeMap::new();
        while let Some(entry) = self.page_loads.first_entry().filter(|one| *one.key() < minute) {
            let (at, page_loads) = entry.remove_entry();
            batches.entry(at).or_default().page_loads = page_loads;
        }
        let mut cells: BTreeMap<(i64, u16), BTreeMap<Side, u64>> = BTreeMap::new();
        while let Some(entry) = self.viewers.first_entry().filter(|one| one.key().minute < minute) {
            let (place, viewers) = entry.remove_entry();
            let sides = cells.entry((place.minute, place.stratum)).or_default();
            sides.insert(place.side, viewers.len() as u64);
        }
        for ((at, stratum), sides) in cells {
            let count = |side| sides.get(&side).copied().unwrap_or_default();
            let viewers = Pair::new(count(Side::Candidate), count(Side::Active));
            let batch = batches.entry(at).or_default();
            for kind in kinds {
                let of = |side| {
                    let place = Place { minute: at, stratum, side };
                    bad.get(&(*kind, place)).copied().unwrap_or_default()
                };
                let bad = Pair::new(of(Side::Candidate), of(Side::Active));
                batch.cells.push(Cell { kind: *kind, stratum, viewers, bad });
            }
        }
        let dated = |(minute, batch)| Batch { minute, ..batch };
        batches.into_iter().map(dated).collect()
    }

    fn is_open(&mut self, place: Place) -> bool {
        let is_late = self.open.is_some_and(|open| place.minute < open);
        self.late += u64::from(is_late);
        !is_late
    }
}
