//! Packages in processes, and the APIs in front of them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod invoke_api;
mod packages;
