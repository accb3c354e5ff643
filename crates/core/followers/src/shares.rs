use edge_time::Timestamp;
use routing_core::{Plan, Stage};

use crate::apportion::apportion;
use crate::problem::Problem;

/// The traffic of each slot in one stage of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares {
    /// The slots with traffic, in the order of the stage, and their weights.
    by_slot: Vec<(String, u32)>,
}

impl Shares {
    /// The shares of the stage in force at `now`.
    ///
    /// # Errors
    /// [`Problem::NoSlot`] if a release with traffic names no slot.
    pub fn at(plan: &Plan, now: Timestamp) -> Result<Self, Problem> {
        Self::of(plan, plan.stage_at(now).1)
    }

    /// The shares of every stage of a plan that a follower can have.
    pub fn every(plan: &Plan) -> impl Iterator<Item = Self> {
        plan.stages().iter().filter_map(|stage| Self::of(plan, stage).ok())
    }

    /// The shares of the stage in force and of every later one.
    pub(crate) fn from_now(
        plan: &Plan,
        now: Timestamp,
    ) -> impl Iterator<Item = Result<Self, Problem>> {
        let (index, _) = plan.stage_at(now);
        plan.stages().iter().skip(index).map(|stage| Self::of(plan, stage))
    }

    fn of(plan: &Plan, stage: &Stage) -> Result<Self, Problem> {
        let mut by_slot: Vec<(String, u32)> = Vec::new();
        for (index, weight) in stage.weights().iter().filter(|(_, weight)| *weight > 0) {
            let Some(release) = plan.releases().get(*index) else { continue };
            let Some(slot) = release.slot.as_deref() else {
                return Err(Problem::NoSlot { release: release.id.to_string() });
            };
            match by_slot.iter_mut().find(|(known, _)| known == slot) {
                Some((_, sum)) => *sum += u32::from(*weight),
                None => by_slot.push((slot.to_owned(), (*weight).into())),
            }
        }
        Ok(Self { by_slot })
    }

    /// The slots with traffic, and their weights.
    #[must_use]
    pub fn by_slot(&self) -> &[(String, u32)] {
        &self.by_slot
    }

    /// The weight of each of `targets`, which are slots and names. `what` is the word for such a name.
    pub(crate) fn weights(
        &self,
        targets: &[(String, String)],
        limit: u32,
        what: &'static str,
    ) -> Result<Vec<u32>, Problem> {
        if let Some((slot, _)) = self.by_slot.iter().find(|(slot, _)| !names(targets, slot)) {
            return Err(Problem::NoTarget { slot: slot.clone(), what });
        }
        let wanted: Vec<u32> = targets.iter().map(|(slot, _)| self.weight(slot)).collect();
        let weights = apportion(&wanted, limit);
        let lost = |(wanted, weight): (&u32, &u32)| *wanted > 0 && *weight == 0;
        match wanted.iter().zip(&weights).position(lost).and_then(|index| targets.get(index)) {
            Some((slot, _)) => Err(Problem::TooSmall {
                slot: slot.clone(),
                percent: percent(self.weight(slot), wanted.iter().sum()),
                limit,
            }),
            None => Ok(weights),
        }
    }

    fn weight(&self, slot: &str) -> u32 {
        self.by_slot.iter().find(|(known, _)| known == slot).map_or(0, |(_, weight)| *weight)
    }
}

fn names(targets: &[(String, String)], slot: &str) -> bool {
    targets.iter().any(|(known, _)| known == slot)
}

/// A share in percent, with two decimals at most: `10`, `33.33`, `0.1`.
pub(crate) fn percent(weight: u32, total: u32) -> String {
    let hundredths = (f64::from(weight) * 10_000.0 / f64::from(total.max(1))).round() / 100.0;
    hundredths.to_string()
}
