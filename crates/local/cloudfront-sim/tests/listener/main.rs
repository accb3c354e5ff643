//! Real clients reach an edge location through its listener.
#![expect(clippy::unwrap_used, reason = "what surrounds a test fails it as well")]

mod life;
mod protocols;
mod requests;
mod server;
