//! The commands that show a release and give it more and more of the viewers, as people and pipelines run them.

mod capacity;
mod cloud;
mod pipelines;
mod preview;
mod process;
mod schedule;
mod terminal;
mod verify;
mod world;
