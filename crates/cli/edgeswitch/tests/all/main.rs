//! The control program: its commands, what they print, and what they refuse.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod attach;
mod clock_environment;
mod control;
mod dev;
mod doctor;
mod explain;
mod gate;
mod golden;
mod guard;
mod observe;
mod package;
mod ramp;
mod readme;
mod timeless;
