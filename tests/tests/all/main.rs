//! Tests of the whole system: journeys, fixtures, searches, the packages, and the control program with AWS's
//! APIs.
//!
//! A test that needs more than Rust is ignored, and the reason names the make target that provides it.
//! `make test` runs all tests.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod athena;
mod attacks;
mod attribution;
mod aws;
mod aws_json;
mod browsers;
mod deploy;
mod dev;
mod documents;
mod events;
mod floors;
mod followers;
mod guard_package;
mod invariants;
mod journeys;
mod one_decision;
mod packages;
mod rights;
mod templates;
