//! Attaches the functions to the configuration of a distribution that exists, and takes them out again.
//!
//! Pure: the XML that CloudFront sent goes in, and the XML to send back comes out, with its [`Change`]s. The
//! edit works on a tree that keeps every byte: whatever it does not know or need to change stays as it was.
//!
//! Start reading at [`attach`] and [`detach`]. [`Refusal`] lists what keeps a distribution from being
//! attached.

#![allow(missing_docs, reason = "not published: a name that says everything needs no sentence")]

mod alike;
mod arn;
mod attach;
mod change;
mod detach;
mod difference;
mod distribution;
mod fallback_origin;
mod managed;
mod refusal;
mod refuse;
mod serving;
mod wiring;
mod xml;

pub use arn::{ArnError, VersionArn};
pub use attach::{Attached, LeftAlone, NotAttached, attach};
pub use change::{Change, Place};
pub use detach::{Detached, Restored, WrongFile, detach};
pub use distribution::{Distribution, InvalidXml};
pub use managed::{policy_name, sends_host};
pub use refusal::Refusal;
pub use wiring::{FallbackOrigin, Own, Policies, PolicyId, Trigger, Wiring};
