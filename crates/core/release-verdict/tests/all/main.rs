//! The statistics against numbers of others, and in simulated ramps.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod chance;
mod power;
mod ramps;
mod range;
mod shares;
mod tally;
mod vectors;
mod verdicts;
mod world;
