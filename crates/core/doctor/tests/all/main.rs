//! The checks on a good distribution, and on planted mistakes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod arguments;
mod documented;
mod followed;
mod guard;
mod mistakes;
mod not_checked;
mod observed;
mod snapshots;
mod unattached;
