//! Moments, their RFC 3339 text, and clocks.
//!
//! A [`Timestamp`] is a plain number, so a decision takes the time as an argument. Only a [`Clock`]
//! reads the time, and a test passes one that it moves itself. [`SystemClock`] is the one place at
//! the edge that reads the machine's clock.

mod clock;
mod timestamp;

pub use clock::{Clock, ManualClock, SystemClock};
pub use timestamp::{TimeError, Timestamp};
