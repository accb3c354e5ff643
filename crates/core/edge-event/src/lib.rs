#![doc = include_str!("../README.md")]

mod body;
mod check;
mod envelope;
mod error;
mod event;
mod field;
mod header;
mod headers;
mod origin;
mod outcome;
mod request;
mod response;
pub mod rules;
mod trigger;

pub use body::{Body, BodyAction, BodyEncoding};
pub use check::{Violation, check};
pub use error::EventError;
pub use event::{Config, Event};
pub use header::Header;
pub use headers::Headers;
pub use origin::{CustomOrigin, Origin, S3Origin};
pub use outcome::Outcome;
pub use request::Request;
pub use response::Response;
pub use trigger::Trigger;

/// Fields that the guide does not name (or not yet), by name. They come back as they came.
pub type Extra = serde_json::Map<String, serde_json::Value>;
