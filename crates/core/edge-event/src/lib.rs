//! The events that CloudFront passes to Lambda@Edge functions, the results that functions return, and
//! CloudFront's rules for these results.
//!
//! - [`Event`] reads the JSON of all four [triggers](Trigger). It loses nothing: an event, and each part
//!   of it, is written as equal JSON, including fields that this crate does not know.
//! - [`Outcome`] is the result of a function: a [`Request`] or a [`Response`].
//! - [`check()`] finds the rules of CloudFront that a result breaks. CloudFront would answer such a result
//!   with status 502.
//! - [`rules`] has these rules as data, each with the page of the CloudFront Developer Guide that states
//!   it.
//!
//! The crate does no I/O and does not run functions. Use a runtime client for that, such as
//! [`lambda_runtime`]; `examples/` has a function for each trigger.
//!
//! Structs are `#[non_exhaustive]`, because AWS adds fields: start with a constructor such as
//! [`Request::get`] or [`Response::status`], then set fields. A field that the crate does not know yet is
//! in the [`Extra`] of the struct.
//!
//! [`lambda_runtime`]: https://docs.rs/lambda_runtime
//!
//! # Example
//!
//! A viewer-request function that sends viewers without a session to the login page:
//!
//! ```
//! use edge_event::{Event, Outcome, Request, Response, check, rules};
//!
//! fn require_session(event: Event) -> Outcome {
//!     let request = event.request;
//!     if request.headers.values("cookie").any(|cookies| cookies.contains("session=")) {
//!         return request.into();
//!     }
//!     Response::status(302).header("Location", "/login").into()
//! }
//!
//! let event = Event::viewer_request(Request::get("/account").cookie("session=1f6e"));
//! let outcome = require_session(event.clone());
//! assert_eq!(outcome, event.passthrough());
//!
//! let event = Event::viewer_request(Request::get("/account"));
//! let outcome = require_session(event.clone());
//! assert_eq!(check(&event, &outcome), []);
//!
//! // The same answer with a header that functions must not set.
//! let refused = Response::status(302).header("Location", "/login").header("Via", "me");
//! assert_eq!(check(&event, &refused.into())[0].rule, &rules::READ_ONLY_HEADER);
//! ```

#![warn(clippy::must_use_candidate, clippy::return_self_not_must_use)]

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

/// JSON fields that this crate does not know, by name. They are written as they were read.
///
/// For example a field that AWS has added since this version of the crate.
pub type Extra = serde_json::Map<String, serde_json::Value>;

/// Runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
