//! The local load balancer: the decision in virtual time, and the proxy on loopback with a clock that is moved by hand.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod cookies;
mod errors;
mod proxy;
mod rules;
mod sdk;
mod shifts;
mod targets;
mod viewers;
