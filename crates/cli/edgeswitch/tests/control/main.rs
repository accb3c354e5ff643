//! The control program's commands, as people type them, on a Parameter Store.
#![expect(clippy::unwrap_used, reason = "what surrounds a test fails it as well")]
#![expect(clippy::panic, reason = "a row that is written wrongly fails the test")]
#![expect(clippy::indexing_slicing, reason = "what is not there fails the test")]

mod bad_input;
mod buckets;
mod commands;
mod documented;
#[path = "../golden/mod.rs"]
mod golden;
mod help;
mod in_process;
mod program;
mod races;
mod refused;
mod regions;
mod repairs;
mod shells;
mod trouble;
mod waits;
mod world;
