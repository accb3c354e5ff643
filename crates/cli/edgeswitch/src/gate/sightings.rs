use access_log::Row;
use observation::{Agent, Observation, Site};
use release_trial::{Ledger, Sighting};

use crate::logs::Sink;

/// Counts what each row says of the two releases.
#[derive(Clone)]
pub(super) struct Sightings<'s> {
    /// Its plans are `None` if the logs have no cookies, without which no decision can be made again.
    pub(super) site: Site<'s>,
    pub(super) ledger: Ledger,
    /// The rows in the time of the trial; `None` if nobody asked for their numbers.
    pub(super) observation: Option<Observation>,
}

impl Sink for Sightings<'_> {
    fn see(&mut self, row: &Row<'_>, agent: &Agent) {
        if let Some(sighting) = Sighting::of(row, agent, &self.site) {
            self.ledger.see(&sighting);
        }
        let Some(observation) = &mut self.observation else { return };
        let times = self.ledger.trial().from().0..self.ledger.horizon().0;
        if row.unix_ms().is_some_and(|at| times.contains(&at)) {
            observation.see(row, agent, &self.site);
        }
    }

    fn merge(&mut self, other: Self) {
        self.ledger.merge(other.ledger);
        if let (Some(own), Some(other)) = (&mut self.observation, &other.observation) {
            own.merge(other);
        }
    }
}
