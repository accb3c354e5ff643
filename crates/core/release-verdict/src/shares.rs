//! Whether viewers are split as the plan says.

use libm::lgamma;

use crate::{Pair, Side};

/// How near to the plan the other splits are that the check looks for (`k` of Lindon and Malek).
const CONCENTRATION: f64 = 100.0;

/// The logarithm of the evidence that `counts` do not come from the `planned` shares, which add up to 1.
///
/// Lindon and Malek, Anytime-valid inference for multinomial count data (NeurIPS 2022), with a Dirichlet distribution of
/// `concentration` times the shares.
#[must_use]
pub fn log_share_evidence(planned: Pair<f64>, counts: Pair<u64>, concentration: f64) -> f64 {
    let all = counts.sum() as f64;
    let part = |share: f64, count: u64| {
        let prior = concentration * share;
        lgamma(prior + count as f64) - lgamma(prior) - count as f64 * share.ln()
    };
    lgamma(concentration) - lgamma(concentration + all)
        + part(planned.candidate, counts.candidate)
        + part(planned.active, counts.active)
}

/// The viewers of one stage, and its planned shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareFigures {
    /// The planned share of the candidate, of the viewers of both releases.
    pub planned: f64,
    /// The viewers that were seen.
    pub viewers: Pair<u64>,
}

/// Viewers and planned shares, stage by stage.
///
/// Each viewer counts once in a rollout, in the stage in which it came first: later its release is no new draw. The evidence
/// of the stages is multiplied. Their viewers are different ones, so that the product is valid at any time too.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shares {
    stages: Vec<(u32, ShareFigures)>,
}

impl Shares {
    /// Counts `viewers` of a side in a stage, in which the candidate is to have the share `planned`.
    ///
    /// A stage without one of the two releases, whose share is 0 or 1, says nothing.
    pub fn add(&mut self, stage: u32, planned: f64, side: Side, viewers: u64) {
        let known = self.stages.iter().position(|(number, _)| *number == stage);
        let at = known.unwrap_or(self.stages.len());
        if known.is_none() {
            self.stages.push((stage, ShareFigures { planned, viewers: Pair::default() }));
        }
        if let Some((_, figures)) = self.stages.get_mut(at) {
            *figures.viewers.of(side) += viewers;
        }
    }

    /// The viewers of each stage, by the stage's number.
    pub fn stages(&self) -> impl Iterator<Item = (u32, ShareFigures)> {
        self.stages.iter().copied()
    }

    /// The logarithm of the evidence against the planned shares.
    #[must_use]
    pub fn log(&self) -> f64 {
        self.stages.iter().map(|(_, figures)| figures.log()).sum()
    }

    /// The stage that speaks most against its planned share.
    #[must_use]
    pub fn worst(&self) -> Option<ShareFigures> {
        let figures = self.stages.iter().map(|(_, figures)| *figures);
        figures.max_by(|one, other| one.log().total_cmp(&other.log()))
    }
}

impl ShareFigures {
    /// The share of the candidate that was seen.
    #[must_use]
    pub fn seen(&self) -> f64 {
        self.viewers.candidate as f64 / self.viewers.sum() as f64
    }

    fn log(&self) -> f64 {
        if self.planned <= 0.0 || self.planned >= 1.0 {
            return 0.0;
        }
        let planned = Pair::new(self.planned, 1.0 - self.planned);
        log_share_evidence(planned, self.viewers, CONCENTRATION)
    }
}
