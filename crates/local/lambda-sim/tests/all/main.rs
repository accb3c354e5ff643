//! Functions as packages in processes, and functions behind an Invoke API.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod invoke_api;
mod packages;
