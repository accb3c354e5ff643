//! A site with viewers, whose candidate gets more and more of them.

use release_verdict::{Batch, Cell, Kind, Pair};

use crate::chance::Chance;

pub(crate) const STAGES: [f64; 6] = [0.01, 0.02, 0.05, 0.1, 0.25, 0.5];
const MINUTES: usize = 20;
const VIEWERS: usize = 2000;

/// What the candidate does to its viewers, beside the active release.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    /// The chance that a viewer is bad in a minute in which it comes.
    pub(crate) rate: f64,
    /// How many times as high it is with the candidate.
    pub(crate) ratio: f64,
    /// How many minutes a viewer stays bad, in the mean: one bad client sends many bad requests.
    pub(crate) burst: f64,
    /// Clients that come every minute, and often with something that fails.
    pub(crate) bots: usize,
    /// Which bad viewers count.
    pub(crate) counted: Counted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Each viewer once in the rollout, as the tally does.
    OnceARollout,
    /// Each viewer once in a stage.
    OnceAStage,
    /// Each bad viewer of each minute.
    Always,
}

#[derive(Debug, Clone, Copy, Default)]
struct Viewer {
    /// Below the weight: the viewer has the candidate.
    roll: f64,
    /// The minute until which it stays bad.
    bad_until: usize,
    /// The stage in which it was counted, from 1.
    counted_in: usize,
}

impl Site {
    /// The batches of a ramp, a minute each. `look` sees each, and says whether to stop.
    pub(crate) fn ramp(&self, seed: u64, mut look: impl FnMut(&Batch) -> bool) -> bool {
        let mut chance = Chance::new(seed);
        let mut viewers = [Viewer::default(); VIEWERS];
        for viewer in &mut viewers {
            viewer.roll = chance.unit();
        }
        // An hour of the day, and an outage of some minutes that both releases have.
        let hour = chance.unit();
        let outage = (chance.next() % 120) as usize;
        for minute in 0..STAGES.len() * MINUTES {
            let stage = minute / MINUTES;
            let wave = 1.0 + 0.8 * ((minute as f64 / 120.0 + hour) * std::f64::consts::TAU).sin();
            let is_outage = (outage..outage + 4).contains(&minute);
            let rate = self.rate * wave * if is_outage { 20.0 } else { 1.0 };
            let mut cell = Cell {
                kind: Kind::ServerError,
                stratum: 0,
                viewers: Pair::default(),
                bad: Pair::default(),
            };
            let coming = 0.05 * wave;
            let mut number = chance.failures(coming);
            let mut bot = 0;
            loop {
                let is_bot = bot < self.bots;
                let at = if is_bot { bot } else { number };
                if at >= VIEWERS {
                    break;
                }
                if is_bot {
                    bot += 1;
                } else {
                    number += 1 + chance.failures(coming);
                    if at < self.bots {
                        continue;
                    }
                }
                let has_candidate = viewers[at].roll < STAGES[stage];
                let side = if has_candidate {
                    &mut cell.viewers.candidate
                } else {
                    &mut cell.viewers.active
                };
                *side += 1;
                let ratio = if has_candidate { self.ratio } else { 1.0 };
                let rate = if is_bot { 0.3 } else { rate };
                if !self.is_bad(&mut viewers[at], minute, (rate * ratio).min(1.0), &mut chance) {
                    continue;
                }
                if self.counts(&mut viewers[at], stage + 1) {
                    let side =
                        if has_candidate { &mut cell.bad.candidate } else { &mut cell.bad.active };
                    *side += 1;
                }
            }
            let batch = Batch { minute: 0, page_loads: cell.viewers, cells: vec![cell] };
            if look(&batch) {
                return true;
            }
        }
        false
    }

    fn is_bad(&self, viewer: &mut Viewer, minute: usize, rate: f64, chance: &mut Chance) -> bool {
        if viewer.bad_until > minute {
            return true;
        }
        if !chance.is(rate) {
            return false;
        }
        if self.burst > 1.0 {
            viewer.bad_until = minute + 1 + chance.failures(1.0 / self.burst);
        }
        true
    }

    fn counts(&self, viewer: &mut Viewer, stage: usize) -> bool {
        let is_new = match self.counted {
            Counted::OnceARollout => viewer.counted_in == 0,
            Counted::OnceAStage => viewer.counted_in != stage,
            Counted::Always => true,
        };
        viewer.counted_in = stage;
        is_new
    }
}
