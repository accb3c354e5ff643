//! Editing the configuration of a distribution that exists.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod attaching;
mod detaching;
mod noise;
mod refused;
mod shop;
