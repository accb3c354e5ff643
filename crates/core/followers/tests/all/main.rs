//! Followers: which weights they get, what is left alone, and which bad input is refused.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod balancer;
mod forwarded;
mod plan;
mod records;
mod weights;
