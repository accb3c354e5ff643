//! The commands that show a release and give it more and more of the viewers, as people and pipelines run them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what surrounds a test fails it as well"
)]

mod alarms;
mod capacity;
mod cloud;
#[path = "../golden/mod.rs"]
mod golden;
mod pipelines;
mod preview;
mod process;
mod refused;
mod schedule;
mod screens;
mod terminal;
mod verify;
mod world;
