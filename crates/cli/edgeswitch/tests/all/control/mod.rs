//! The control program's commands, as people type them, on a Parameter Store.

mod bad_input;
mod buckets;
mod commands;
mod completion;
mod documented;
mod failures;
mod help;
mod hints;
mod hooks;
pub(crate) mod hostile;
mod in_process;
mod interleavings;
mod labels;
mod local_files;
mod manual;
mod program;
mod questions;
mod races;
mod refused;
mod regions;
mod repairs;
mod slots;
mod state;
mod trouble;
mod waits;
pub(crate) mod world;
