//! The verdict about a trial.

use edge_time::Timestamp;
use release_verdict::{
    Batch, Comparison, Figures, Kind, Pair, Settings, SettingsError, Shares, Verdict,
};

use crate::at_origin::Pools;
use crate::ledger::MINUTE;
use crate::{Ledger, Seen, Trial};

/// The verdict about a trial, and the numbers that it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The trial.
    pub trial: Trial,
    /// The end of what was looked at.
    pub until: Timestamp,
    /// Seconds of the last stage that were looked at.
    pub soaked_seconds: u64,
    /// What can be said.
    pub verdict: Verdict,
    /// The numbers of each kind.
    pub figures: Vec<Figures>,
    /// Page loads of each release.
    pub page_loads: Pair<u64>,
    /// The viewers of each stretch, and the planned shares.
    pub shares: Shares,
    /// The sightings that counted, and those that did not.
    pub seen: Seen,
    /// The counts of each minute.
    pub batches: Vec<Batch>,
    /// The numbers of each minute, as they were then.
    pub looks: Vec<Look>,
}

/// The numbers after a minute.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The end of the minute.
    pub at: Timestamp,
    /// The logarithm of the evidence that the candidate is worse.
    pub log_evidence: f64,
}

impl Ledger {
    /// Closes the minutes up to the horizon, and compares the releases by these kinds.
    ///
    /// # Errors
    ///
    /// The settings are out of their ranges.
    pub fn judge(mut self, settings: Settings, kinds: &[Kind]) -> Result<Judgement, SettingsError> {
        let mut comparison = Comparison::new(settings, kinds)?;
        let mut pools = Pools::default();
        let batches = self.close(kinds).into_iter().map(|batch| pools.own_strata(batch));
        let batches: Vec<Batch> = batches.collect();
        let mut looks = Vec::new();
        for batch in &batches {
            comparison.add(batch);
            let at = Timestamp((batch.minute + 1) * MINUTE);
            looks.push(Look { at, log_evidence: comparison.log_evidence() });
        }
        comparison.shares = self.shares();
        let soaked_seconds = self.soaked_seconds();
        Ok(Judgement {
            until: self.horizon(),
            soaked_seconds,
            verdict: comparison.verdict(soaked_seconds),
            figures: comparison.figures().collect(),
            page_loads: comparison.page_loads(),
            shares: comparison.shares.clone(),
            seen: self.seen(),
            trial: self.trial().clone(),
            batches,
            looks,
        })
    }

    fn soaked_seconds(&self) -> u64 {
        let began = self.trial().stretches().last().map_or(self.horizon(), |last| last.from);
        u64::try_from(self.horizon().0 - began.0).unwrap_or_default() / 1000
    }
}
