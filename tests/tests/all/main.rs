//! The tests of the whole: journeys, fixtures, searches, the packages, the control program on AWS's APIs.
//!
//! A test that needs more than Rust is ignored with the make target that provides it; `make test` runs
//! all of them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod aws;
mod dev;
mod documents;
mod events;
mod floors;
mod invariants;
mod journeys;
mod packages;
