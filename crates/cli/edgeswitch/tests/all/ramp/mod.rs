//! The commands that show a release and give it more and more of the viewers, as people and pipelines run them.

mod alarms;
mod capacity;
pub(crate) mod cloud;
mod gated;
mod guarded;
mod hooks;
mod hostile;
mod pipelines;
mod preview;
pub(crate) mod process;
mod refused;
mod schedule;
mod screens;
mod terminal;
mod verify;
mod verify_files;
pub(crate) mod world;
