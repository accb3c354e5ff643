//! The simulated Parameter Store, by itself and behind the real SDK.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod faults;
mod file;
mod sdk;
mod store;
mod wire;
mod world;
