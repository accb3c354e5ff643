//! Weighted answers, and the shifts of their viewers in virtual time beside the forecast.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod answers;
mod followed;
mod plans;
mod shifts;
