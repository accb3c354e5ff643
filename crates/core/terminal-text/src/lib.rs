//! Text for a terminal or a log, without characters that act on it.
//!
//! The control program and the local CloudFront print through this crate. It writes nothing itself.
//!
//! Start reading at [`Lines`].

mod json;
mod lines;
mod unseen;

pub use json::{json, json_lines};
pub use lines::{Lines, escaped};
