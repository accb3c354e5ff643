//! What was counted.

use std::fmt;
use std::ops::AddAssign;

/// A value of the candidate and one of the active release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Pair<T> {
    /// Of the release on trial.
    pub candidate: T,
    /// Of the release that it is compared with.
    pub active: T,
}

/// A release of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The release that the candidate is compared with.
    Active,
    /// The release on trial.
    Candidate,
}

impl<T> Pair<T> {
    /// Both values.
    pub const fn new(candidate: T, active: T) -> Pair<T> {
        Pair { candidate, active }
    }

    /// The value of a side.
    pub fn of(&mut self, side: Side) -> &mut T {
        match side {
            Side::Candidate => &mut self.candidate,
            Side::Active => &mut self.active,
        }
    }
}

impl Pair<u64> {
    /// Both together.
    #[must_use]
    pub const fn sum(self) -> u64 {
        self.candidate + self.active
    }
}

impl AddAssign for Pair<u64> {
    fn add_assign(&mut self, other: Pair<u64>) {
        self.candidate += other.candidate;
        self.active += other.active;
    }
}

/// What went wrong for a viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A response with a status of 5xx.
    ServerError,
    /// A script, style or other file that was not found.
    MissingFile,
    /// An error in the page, which its script reported.
    PageError,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::ServerError => "server error",
            Kind::MissingFile => "missing file",
            Kind::PageError => "page error",
        })
    }
}

/// The counts of one kind and one stratum in a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// What went wrong.
    pub kind: Kind,
    /// The stratum, as its [`Place`](crate::Place) named it.
    pub stratum: u16,
    /// The viewers that were seen, bad or not.
    pub viewers: Pair<u64>,
    /// Those of them that were bad, and had not been before in this rollout.
    pub bad: Pair<u64>,
}

/// The counts of a minute, or of any other piece of time that is looked at once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    /// The minute, as its [`Place`](crate::Place) named it.
    pub minute: i64,
    /// Page loads of each release.
    pub page_loads: Pair<u64>,
    /// Each kind in each stratum.
    pub cells: Vec<Cell>,
}
