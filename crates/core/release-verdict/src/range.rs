//! Which ratios of bad rates the counts leave.

use crate::Cell;
use crate::ratio::{log_mass, log_mean, tells};

/// Steps of the grid in a doubling.
const STEPS: i32 = 20;
/// The bounds that are looked for: from 1/64 to 64.
const WIDEST: i32 = 6 * STEPS;
/// Against each bound stand this many ratios beside it, the farthest of them 32 times as far.
const ALTERNATIVES: i32 = 25;
const STRIDE: i32 = 5 * STEPS / ALTERNATIVES;
const REACH: i32 = WIDEST + ALTERNATIVES * STRIDE;

/// The ratios of bad rates that the counts do not rule out.
///
/// Each bound is valid at any time, as the [`Evidence`](crate::Evidence) is: it is the last ratio against which the same
/// test, from above or from below, does not speak.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    of_candidate: f64,
    /// For each ratio of the grid, the sum of `ln(r n_c + n_a)` over all bad viewers.
    masses: Vec<f64>,
}

impl Default for Range {
    fn default() -> Range {
        Range { of_candidate: 0.0, masses: vec![0.0; grid(-REACH, REACH).count()] }
    }
}

impl Range {
    /// Adds the counts of a batch in one stratum.
    pub fn add(&mut self, cell: &Cell) {
        if !tells(cell) {
            return;
        }
        self.of_candidate += cell.bad.candidate as f64;
        let of_both = cell.bad.sum() as f64;
        for (mass, step) in self.masses.iter_mut().zip(grid(-REACH, REACH)) {
            *mass += of_both * log_mass(ratio(step), cell.viewers);
        }
    }

    /// The candidate's rate is at least so many times as high, but for an error of `alpha`.
    #[must_use]
    pub fn at_least(&self, alpha: f64) -> Option<f64> {
        self.last_refuted(grid(-WIDEST, WIDEST), 1, alpha)
    }

    /// The candidate's rate is at most so many times as high, but for an error of `alpha`.
    #[must_use]
    pub fn at_most(&self, alpha: f64) -> Option<f64> {
        self.last_refuted(grid(-WIDEST, WIDEST).rev(), -1, alpha)
    }

    /// The last of the bounds that all speak against themselves, from the outermost inwards.
    fn last_refuted(
        &self,
        bounds: impl Iterator<Item = i32>,
        direction: i32,
        alpha: f64,
    ) -> Option<f64> {
        let needed = -alpha.ln();
        bounds.take_while(|bound| self.log_against(*bound, direction) >= needed).last().map(ratio)
    }

    /// The logarithm of the evidence against a bound, for the ratios that lie in this direction from it.
    fn log_against(&self, bound: i32, direction: i32) -> f64 {
        let here = self.log_likelihood(bound);
        let alternatives = (1..=ALTERNATIVES).map(|number| bound + direction * STRIDE * number);
        log_mean(alternatives.map(|step| self.log_likelihood(step) - here))
    }

    fn log_likelihood(&self, step: i32) -> f64 {
        let mass = usize::try_from(step + REACH).ok().and_then(|at| self.masses.get(at));
        self.of_candidate * ratio(step).ln() - mass.copied().unwrap_or_default()
    }
}

fn grid(from: i32, to: i32) -> std::ops::RangeInclusive<i32> {
    from..=to
}

fn ratio(step: i32) -> f64 {
    (f64::from(step) / f64::from(STEPS)).exp2()
}
