//! The shares that the plan gives.

use std::collections::BTreeMap;

use routing_core::{Plan, Stage};

/// A page load in millionths, so that sums do not depend on their order.
const WHOLE: u64 = 1_000_000;

/// The page loads that the plan gives each release: of each load, the share of the stage that applied.
///
/// So the planned share of an hour in which the plan changed is that of its page loads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Planned {
    millionths: BTreeMap<String, u64>,
}

impl Planned {
    pub(crate) fn see(&mut self, plan: &Plan, stage: &Stage) {
        for (index, weight) in stage.weights() {
            let Some(release) = plan.releases().get(*index) else { continue };
            let share = u64::from(*weight) * WHOLE / u64::from(stage.total());
            let id = release.id.as_str();
            match self.millionths.get_mut(id) {
                Some(sum) => *sum += share,
                None => {
                    self.millionths.insert(id.to_owned(), share);
                }
            }
        }
    }

    pub(crate) fn merge(&mut self, other: &Planned) {
        for (release, share) in &other.millionths {
            *self.millionths.entry(release.clone()).or_default() += share;
        }
    }

    /// The share of a release in percent. `None` if no page load was seen whose plan is known.
    #[must_use]
    pub fn percent(&self, release: &str) -> Option<f64> {
        let sum: u64 = self.millionths.values().sum();
        let own = self.millionths.get(release).copied().unwrap_or_default();
        (sum > 0).then(|| 100.0 * own as f64 / sum as f64)
    }

    /// The releases that have a share.
    pub fn releases(&self) -> impl Iterator<Item = &str> {
        self.millionths.iter().filter(|(_, share)| **share > 0).map(|(release, _)| release.as_str())
    }
}
