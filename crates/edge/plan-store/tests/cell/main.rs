//! What a request gets from the cell, whatever the store does. All time is virtual.
#![expect(clippy::unwrap_used, reason = "what surrounds a test fails it as well")]

mod frozen;
mod states;
mod weather;
mod world;
