//! What the reports of `gate` and of `observe` both show.

mod latency;
mod pieces;
mod verdict;

pub(super) use latency::latency;
pub(super) use pieces::piece_minutes;
pub(super) use verdict::{evidence, kinds};
