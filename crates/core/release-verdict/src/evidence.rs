//! The evidence that a rate is more than so many times as high.

use crate::Cell;
use crate::ratio::{log_mass, log_mean, tells};

/// The highest ratio that the evidence looks for.
pub(crate) const HIGHEST_RATIO: f64 = 32.0;

/// The ratios between the tolerated one and the highest, evenly by their logarithm.
const RATIOS: usize = 25;

/// The evidence that the candidate's rate is more than a tolerated ratio times the active release's.
///
/// The order of the cells does not matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    tolerated: f64,
    /// Each ratio, the logarithm of it divided by the tolerated one, and the logarithm of its evidence.
    ratios: [(f64, f64, f64); RATIOS],
}

impl Evidence {
    /// Evidence against `tolerated`, which is at least 1 and below 32.
    #[must_use]
    pub fn against(tolerated: f64) -> Evidence {
        let step = (HIGHEST_RATIO / tolerated).ln() / RATIOS as f64;
        let mut ratios = [(0.0, 0.0, 0.0); RATIOS];
        for (slot, number) in ratios.iter_mut().zip(1..) {
            let log = step * f64::from(number);
            *slot = (tolerated * log.exp(), log, 0.0);
        }
        Evidence { tolerated, ratios }
    }

    /// Adds the counts of a batch in one stratum.
    pub fn add(&mut self, cell: &Cell) {
        if !tells(cell) {
            return;
        }
        let (of_candidate, of_both) = (cell.bad.candidate as f64, cell.bad.sum() as f64);
        let tolerated = log_mass(self.tolerated, cell.viewers);
        for (ratio, log_ratio, evidence) in &mut self.ratios {
            let mass = log_mass(*ratio, cell.viewers) - tolerated;
            *evidence += of_candidate * *log_ratio - of_both * mass;
        }
    }

    /// The logarithm of the evidence. 0: there is none.
    #[must_use]
    pub fn log(&self) -> f64 {
        log_mean(self.ratios.iter().map(|(_, _, evidence)| *evidence))
    }
}
