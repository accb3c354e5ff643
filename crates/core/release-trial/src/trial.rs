//! When a candidate had a share, and beside which release.

use std::collections::BTreeSet;

use edge_time::Timestamp;
use observation::WrittenPlan;
use routing_core::{Plan, Stage};
use thiserror::Error;

/// A time in which the planned share did not change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// The planned share of the candidate, of the viewers of both releases.
    pub share: f64,
}

/// The time in which a candidate had viewers beside the active release.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The release on trial.
    pub candidate: String,
    /// The release that it is compared with.
    pub active: String,
    /// Its stretches, one after the other without a gap. There is at least one.
    stretches: Vec<Stretch>,
}

/// There is nothing to compare.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoTrial {
    /// No plan of the history gives the release a share.
    #[error("no plan of the history gives `{0}` a share of the viewers")]
    NoShare(String),
    /// The release was the active one all the time.
    #[error(
        "`{0}` has been the active release all the time, so there is nothing to compare it with"
    )]
    AlwaysActive(String),
}

/// A time in which one stage of one version applied.
struct Part<'p> {
    from: Timestamp,
    until: Timestamp,
    plan: &'p Plan,
    stage: &'p Stage,
}

impl Part<'_> {
    fn weight(&self, release: &str) -> u16 {
        let index = self.plan.releases().iter().position(|one| one.id.as_str() == release);
        index.map_or(0, |index| self.stage.weight_of(index))
    }

    fn active(&self) -> &str {
        let active = self.plan.releases().get(self.stage.active());
        active.map_or("", |release| release.id.as_str())
    }
}

impl Trial {
    /// The last trial of a release that the history shows, the oldest plan first, up to `now`.
    ///
    /// # Errors
    ///
    /// The release never had a share, or no other release was there to compare it with.
    pub fn find(
        history: &[WrittenPlan],
        candidate: &str,
        now: Timestamp,
    ) -> Result<Trial, NoTrial> {
        let parts = parts(history, now);
        let has = |part: &Part<'_>| part.weight(candidate) > 0;
        let end = parts.iter().rposition(has).ok_or_else(|| NoTrial::NoShare(candidate.into()))?;
        let (on_trial, _) = parts.split_at(end + 1);
        let begin = on_trial.iter().rposition(|part| !has(part)).map_or(0, |before| before + 1);
        let (before, on_trial) = on_trial.split_at(begin);
        // A release that got everybody at once is compared with the one before it.
        let rivals = on_trial.iter().take(1).chain(before.last());
        let mut rivals = rivals.map(Part::active).filter(|active| *active != candidate);
        let active = rivals.next().ok_or_else(|| NoTrial::AlwaysActive(candidate.into()))?;
        let mut stretches: Vec<Stretch> = Vec::new();
        for part in on_trial {
            let own = f64::from(part.weight(candidate));
            let share = own / (own + f64::from(part.weight(active)));
            match stretches.last_mut() {
                Some(last) if last.share.total_cmp(&share).is_eq() => last.until = part.until,
                Some(_) | None => {
                    stretches.push(Stretch { from: part.from, until: part.until, share });
                }
            }
        }
        Ok(Trial { candidate: candidate.into(), active: active.into(), stretches })
    }

    /// The last trial of each release that shared the viewers with the active one, up to `now`. The oldest trial is the
    /// first.
    #[must_use]
    pub fn all(history: &[WrittenPlan], now: Timestamp) -> Vec<Trial> {
        let releases = history.iter().flat_map(|written| written.plan.releases());
        let releases: BTreeSet<&str> = releases.map(|release| release.id.as_str()).collect();
        let trials = releases.into_iter().filter_map(|id| Trial::find(history, id, now).ok());
        let is_shared = |trial: &Trial| trial.stretches.iter().any(|one| one.share < 1.0);
        let mut trials: Vec<Trial> = trials.filter(is_shared).collect();
        trials.sort_by_key(Trial::from);
        trials
    }

    /// The times of unchanged shares, one after the other.
    #[must_use]
    pub fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// The beginning.
    #[must_use]
    pub fn from(&self) -> Timestamp {
        self.stretches.first().map_or(Timestamp(0), |stretch| stretch.from)
    }

    /// The end, or the time of the look if it has not ended.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.stretches.last().map_or(Timestamp(0), |stretch| stretch.until)
    }

    /// The stretch at a time, and its number.
    #[must_use]
    pub fn stretch_at(&self, at: Timestamp) -> Option<(usize, &Stretch)> {
        let index = self.stretches.partition_point(|stretch| stretch.until <= at);
        self.stretches.get(index).filter(|stretch| stretch.from <= at).map(|one| (index, one))
    }
}

/// The stages that applied, one after the other.
///
/// A plan keeps its past stages, so the oldest version also says what applied before it was written.
fn parts(history: &[WrittenPlan], now: Timestamp) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    for (index, WrittenPlan { at: written, plan }) in history.iter().enumerate() {
        let next = history.get(index + 1).map_or(now, |next| next.at).min(now);
        let first = plan.stages().first().map_or(*written, Stage::from);
        let begin = if index == 0 { first.min(*written) } else { *written };
        let mut times: Vec<Timestamp> =
            plan.starts().filter(|at| begin < *at && *at < next).chain([begin]).collect();
        times.sort_unstable();
        times.dedup();
        let ends = times.iter().skip(1).copied().chain([next]);
        for (from, until) in times.iter().copied().zip(ends) {
            if from < until {
                let (_, stage) = plan.stage_at(from);
                parts.push(Part { from, until, plan, stage });
            }
        }
    }
    parts
}
