//! Real clients reach an edge location through its listener.

mod life;
mod protocols;
mod requests;
mod server;
