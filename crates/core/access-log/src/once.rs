//! Each row once, in bounded memory.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;

use crate::Row;

/// Of a table's slots, at most four in five are taken: more would make the way to a free one long.
const FILL: (usize, usize) = (4, 5);

/// Whether a row was seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It was not.
    First,
    /// It was: the same request is in the log twice.
    Again,
    /// It is not among the rows that are remembered. A row that late may be among those that were forgotten.
    Unsure,
    /// It has no request id, so that nobody can tell.
    WithoutId,
}

/// Tells rows that were seen before, by the id of the request.
///
/// CloudFront delivers logs as best it can, and files are copied: the same request can be in two files, hours apart. This
/// remembers 32 bits of each row, in two tables of a fixed size. When the newer table is full, the older one is
/// forgotten. So memory does not grow with the log, and every double is found within the last [`Once::remembers`] rows.
///
/// One new row in 100 million is taken for a double, because it has the 32 bits of another one.
///
/// Read the files in the order of the hour in their names: doubles are then near each other.
#[derive(Debug, Clone)]
pub struct Once {
    newer: Table,
    older: Table,
    /// The latest row that was forgotten.
    forgotten_ms: Option<i64>,
}

impl Once {
    /// Remembers at least the last `rows` different rows, with 10 to 20 bytes for each.
    #[must_use]
    pub fn of_the_last(rows: usize) -> Once {
        let slots = (rows * FILL.1).div_ceil(FILL.0).next_power_of_two().max(8);
        Once { newer: Table::new(slots), older: Table::new(slots), forgotten_ms: None }
    }

    /// The number of rows that are always remembered.
    #[must_use]
    pub fn remembers(&self) -> usize {
        self.newer.capacity()
    }

    /// The memory of the tables, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        2 * self.newer.slots.len() * size_of::<u32>()
    }

    /// Looks a row up, and remembers it.
    pub fn see(&mut self, row: &Row<'_>) -> Seen {
        match row.request_id() {
            Some(id) => self.see_id(id, row.unix_ms()),
            None => Seen::WithoutId,
        }
    }

    /// Looks a request up by its id, and remembers it with its time.
    pub fn see_id(&mut self, id: &str, unix_ms: Option<i64>) -> Seen {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let hash = hasher.finish();
        if self.older.contains(hash) || !self.newer.insert(hash) {
            return Seen::Again;
        }
        self.newer.latest_ms = self.newer.latest_ms.max(unix_ms);
        let is_late = self.forgotten_ms.is_some() && unix_ms <= self.forgotten_ms;
        if self.newer.is_full() {
            self.forget();
        }
        if is_late { Seen::Unsure } else { Seen::First }
    }

    fn forget(&mut self) {
        mem::swap(&mut self.newer, &mut self.older);
        self.forgotten_ms = self.forgotten_ms.max(self.newer.latest_ms);
        self.newer.clear();
    }
}

/// Parts of hashes, each in the first free slot from its own on.
#[derive(Debug, Clone)]
struct Table {
    /// 0: free.
    slots: Vec<u32>,
    used: usize,
    latest_ms: Option<i64>,
}

impl Table {
    /// `slots` is a power of two.
    fn new(slots: usize) -> Table {
        Table { slots: vec![0; slots], used: 0, latest_ms: None }
    }

    fn capacity(&self) -> usize {
        self.slots.len() / FILL.1 * FILL.0
    }

    fn is_full(&self) -> bool {
        self.used >= self.capacity()
    }

    fn clear(&mut self) {
        self.slots.fill(0);
        self.used = 0;
        self.latest_ms = None;
    }

    fn contains(&self, hash: u64) -> bool {
        self.slots.get(self.slot(hash)) == Some(&mark(hash))
    }

    /// Whether the hash is new.
    fn insert(&mut self, hash: u64) -> bool {
        let at = self.slot(hash);
        let Some(slot) = self.slots.get_mut(at).filter(|slot| **slot == 0) else { return false };
        *slot = mark(hash);
        self.used += 1;
        true
    }

    /// The slot that has the hash, or else the free one for it. There is always a free one: the table is never full.
    fn slot(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (hash >> 32) as usize & mask;
        while self.slots.get(at).is_some_and(|slot| *slot != 0 && *slot != mark(hash)) {
            at = (at + 1) & mask;
        }
        at
    }
}

/// The low half of a hash, never 0.
fn mark(hash: u64) -> u32 {
    (hash as u32).max(1)
}
