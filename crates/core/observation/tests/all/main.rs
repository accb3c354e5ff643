//! Rows of logs become counts.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod beacons;
mod counts;
mod estimates;
mod pieces;
mod replay;
mod rows;
mod support;
