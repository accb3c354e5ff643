//! The plan's history and rows of logs become verdicts.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod history;
mod ledger;
mod plans;
mod ramps;
mod rows;
mod site;
