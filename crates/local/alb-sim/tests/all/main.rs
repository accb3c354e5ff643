//! The local load balancer in virtual time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod cookies;
mod errors;
mod rules;
mod sdk;
mod shifts;
mod targets;
mod viewers;
