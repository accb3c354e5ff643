//! The counts of a trial.

use std::collections::HashMap;
use std::time::Duration;

use edge_time::Timestamp;
use observation::{Content, Outcome};
use release_verdict::{Batch, Kind, Place, Shares, Side, Tally};

use crate::at_origin::AT_ORIGIN;
use crate::{Answer, Event, Served, Sighting, Trial};

/// Milliseconds of a minute.
pub(crate) const MINUTE: i64 = 60_000;

/// Who may be bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exposed {
    /// All viewers of the content.
    Viewers,
    /// The viewers who had an answer from the origin. An answer from a cache is no server error, and the cache of a new
    /// release is empty: it would have more errors of the origin for that alone.
    AtOrigin,
}

/// What was seen in a trial.
#[derive(Debug, Clone)]
pub struct Ledger {
    trial: Trial,
    /// The end of what is looked at.
    horizon: Timestamp,
    /// The first minute that is not looked at: the one of the horizon has only begun, unless the trial ended in it.
    open: i64,
    settling: Duration,
    tally: Tally,
    /// The first page load of each viewer: its time, the number of the stretch, and the release.
    first_loads: HashMap<u64, (i64, usize, Side)>,
    seen: Seen,
}

/// The sightings that count, and those that do not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Of the two releases, in the time of the trial.
    pub counted: u64,
    /// Of other releases.
    pub others: u64,
    /// Before the trial, after it, or too young.
    pub outside: u64,
    /// Failures of edge functions, which are the fault of neither release.
    pub function_errors: u64,
}

impl Ledger {
    /// The ledger of a trial, for a look at `now`.
    ///
    /// Rows younger than `lateness` are not looked at: more of their minute may still come. For the `settling` after a
    /// change of the share, edge locations may have the plan from before, so page loads say nothing of the share.
    #[must_use]
    pub fn new(trial: Trial, now: Timestamp, lateness: Duration, settling: Duration) -> Ledger {
        let late = i64::try_from(lateness.as_millis()).unwrap_or(i64::MAX);
        let known = Timestamp(now.0.saturating_sub(late));
        let horizon = known.min(trial.until());
        let is_over = trial.until() < known;
        let open = horizon.0.div_euclid(MINUTE) + i64::from(is_over);
        Ledger {
            trial,
            horizon,
            open,
            settling,
            tally: Tally::default(),
            first_loads: HashMap::new(),
            seen: Seen::default(),
        }
    }

    /// The trial.
    #[must_use]
    pub fn trial(&self) -> &Trial {
        &self.trial
    }

    /// The end of what is looked at.
    #[must_use]
    pub fn horizon(&self) -> Timestamp {
        self.horizon
    }

    /// The sightings so far.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.seen
    }

    /// Counts a sighting.
    pub fn see(&mut self, sighting: &Sighting<'_>) {
        let Sighting { at, release, viewer, event } = *sighting;
        let side = match release {
            candidate if candidate == self.trial.candidate => Side::Candidate,
            active if active == self.trial.active => Side::Active,
            _ => {
                self.seen.others += 1;
                return;
            }
        };
        let stretch = self.trial.stretch_at(at).filter(|_| at < self.horizon);
        let Some((number, stretch)) = stretch else {
            self.seen.outside += 1;
            return;
        };
        let is_settled = stretch.from.plus(self.settling) <= at;
        self.seen.counted += 1;
        let minute = at.0.div_euclid(MINUTE);
        let place = |content, exposed| Place { minute, stratum: stratum(content, exposed), side };
        match event {
            Event::PageError => {
                let page = place(Content::Page, Exposed::Viewers);
                self.tally.bad(page, Kind::PageError, viewer, at.0);
            }
            Event::Answer(Answer { outcome: Outcome::FunctionError, .. }) => {
                self.seen.function_errors += 1;
            }
            Event::Answer(Answer { content, served, outcome }) => {
                let everybody = place(content, Exposed::Viewers);
                let at_origin = place(content, Exposed::AtOrigin);
                self.tally.see(everybody, viewer);
                if served == Served::Origin {
                    self.tally.see(at_origin, viewer);
                }
                match outcome {
                    Outcome::Fine | Outcome::FunctionError => {}
                    Outcome::ServerError => {
                        self.tally.bad(at_origin, Kind::ServerError, viewer, at.0);
                    }
                    Outcome::MissingFile => {
                        self.tally.bad(everybody, Kind::MissingFile, viewer, at.0);
                    }
                }
                if content == Content::Page {
                    self.tally.load(everybody);
                    if is_settled {
                        self.load(viewer, (at.0, number, side));
                    }
                }
            }
        }
    }

    fn load(&mut self, viewer: u64, load: (i64, usize, Side)) {
        let first = self.first_loads.entry(viewer).or_insert(load);
        *first = load.min(*first);
    }

    /// Adds the counts of another ledger of the same trial and look.
    pub fn merge(&mut self, other: Ledger) {
        self.tally.merge(other.tally);
        for (viewer, load) in other.first_loads {
            self.load(viewer, load);
        }
        self.seen.counted += other.seen.counted;
        self.seen.others += other.seen.others;
        self.seen.outside += other.seen.outside;
        self.seen.function_errors += other.seen.function_errors;
    }

    /// The batches of all minutes that are looked at.
    pub(crate) fn close(&mut self, kinds: &[Kind]) -> Vec<Batch> {
        self.tally.close(self.open, kinds)
    }

    /// The viewers of each stretch, each where it came first, and the planned shares.
    pub(crate) fn shares(&self) -> Shares {
        let mut shares = Shares::default();
        for (number, stretch) in (0..).zip(self.trial.stretches()) {
            for side in [Side::Candidate, Side::Active] {
                let of_side = self.first_loads.values();
                let of_side = of_side.filter(|(_, at, of)| (*at, *of) == (number as usize, side));
                shares.add(number, stretch.share, side, of_side.count() as u64);
            }
        }
        shares
    }
}

pub(crate) fn stratum(content: Content, exposed: Exposed) -> u16 {
    let content = match content {
        Content::Page => 0,
        Content::File => 1,
        Content::Data => 2,
    };
    match exposed {
        Exposed::Viewers => content,
        Exposed::AtOrigin => content + AT_ORIGIN,
    }
}
