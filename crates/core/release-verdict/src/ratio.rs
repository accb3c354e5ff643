//! The likelihood of a ratio of bad rates.

use crate::{Cell, Pair};

/// The logarithm of the part of the likelihood that all bad viewers of a cell add: `ln(r n_c + n_a)` for each.
///
/// With it, `ln q(r)^x_c (1-q(r))^x_a` is `x_c ln r - (x_c + x_a) ln(r n_c + n_a)`, but for a constant.
pub(crate) fn log_mass(ratio: f64, viewers: Pair<u64>) -> f64 {
    (ratio * viewers.candidate as f64 + viewers.active as f64).ln()
}

/// Whether a cell says anything about the ratio: both releases had viewers, and one of these was bad.
pub(crate) fn tells(cell: &Cell) -> bool {
    cell.viewers.candidate > 0 && cell.viewers.active > 0 && cell.bad.sum() > 0
}

/// The logarithm of the mean of values that are given by their logarithms.
pub(crate) fn log_mean(logs: impl Iterator<Item = f64> + Clone) -> f64 {
    let highest = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    if highest == f64::NEG_INFINITY {
        return highest;
    }
    let (count, sum) =
        logs.fold((0.0, 0.0), |(count, sum), log| (count + 1.0, sum + f64::exp(log - highest)));
    highest + (sum / count).ln()
}
