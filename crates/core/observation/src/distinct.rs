//! How many different viewers there were.

use std::collections::HashSet;

/// Counts different values in a fixed amount of memory.
///
/// At most `KEPT` hashes are kept: up to there the count is exact. With 4096 of them, an estimate is off by 2 % or so, with
/// 256 by 6 %.
///
/// It keeps the hashes that end in so many zero bits, and one bit more whenever these are too many (Wegman's adaptive
/// sampling).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Distinct<const KEPT: usize = 4096> {
    zeros: u32,
    hashes: HashSet<u64>,
    counted: u64,
}

impl<const KEPT: usize> Distinct<KEPT> {
    /// So many different values, which another program counted. Values that are added later count as others.
    #[must_use]
    pub fn counted(counted: u64) -> Distinct<KEPT> {
        Distinct { counted, ..Distinct::default() }
    }

    /// Adds a value by its hash.
    pub fn add(&mut self, hash: u64) {
        if hash.trailing_zeros() >= self.zeros && self.hashes.insert(hash) {
            self.thin_out();
        }
    }

    /// Adds the values of another count.
    pub fn merge(&mut self, other: &Distinct<KEPT>) {
        self.counted += other.counted;
        self.zeros = self.zeros.max(other.zeros);
        self.hashes.extend(&other.hashes);
        let zeros = self.zeros;
        self.hashes.retain(|hash| hash.trailing_zeros() >= zeros);
        self.thin_out();
    }

    /// The number of different values.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counted + ((self.hashes.len() as u64) << self.zeros)
    }

    fn thin_out(&mut self) {
        while self.hashes.len() > KEPT {
            self.zeros += 1;
            let zeros = self.zeros;
            self.hashes.retain(|hash| hash.trailing_zeros() >= zeros);
        }
    }
}
