//! One decision for one event, the answer to `GET /_r/`, and the cookies.
#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod decide_event;
mod header;
mod label;
mod release_cookie;
mod reload;
mod set_cookie;
mod support;
