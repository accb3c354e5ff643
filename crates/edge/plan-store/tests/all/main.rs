//! Tests of the plan cell against a store that fails in every way. All time is virtual.
#![expect(clippy::unwrap_used, reason = "a helper fails its test by panicking")]

mod frozen;
mod log;
mod properties;
mod states;
mod world;
