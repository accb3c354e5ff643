//! The configuration: what is read, what is refused, what the shipped example says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod athena;
mod config;
mod dev;
mod example;
mod followers;
mod gate;
mod hooks;
mod packaged;
