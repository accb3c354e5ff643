use std::sync::Arc;

use access_log::Row;
use observation::{Observation, Plans};
use release_trial::{Ledger, Sighting};
use routing_core::Rules;

use crate::logs::Sink;

/// Counts what each row says of the two releases.
#[derive(Clone)]
pub(super) struct Sightings {
    pub(super) rules: Arc<Rules>,
    /// The plans of the history; `None` if the logs have no cookies, without which no decision can be made again.
    pub(super) plans: Option<Arc<Plans>>,
    /// The path of beacons, if the pages send any.
    pub(super) beacon: Option<Arc<str>>,
    pub(super) ledger: Ledger,
    /// The rows in the time of the trial; `None` if nobody asked for their numbers.
    pub(super) observation: Option<Observation>,
}

impl Sink for Sightings {
    fn see(&mut self, row: &Row<'_>) {
        let plans = self.plans.as_deref();
        if let Some(sighting) = Sighting::of(row, &self.rules, plans, self.beacon.as_deref()) {
            self.ledger.see(&sighting);
        }
        let Some(observation) = &mut self.observation else { return };
        let times = self.ledger.trial().from().0..self.ledger.horizon().0;
        if row.unix_ms().is_some_and(|at| times.contains(&at)) {
            observation.see(row, &self.rules, plans);
        }
    }

    fn merge(&mut self, other: Self) {
        self.ledger.merge(other.ledger);
        if let (Some(own), Some(other)) = (&mut self.observation, &other.observation) {
            own.merge(other);
        }
    }
}
