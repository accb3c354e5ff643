//! How fast a change of the plan moves the requests of viewers.
//!
//! A change of a weight decides about new viewers. Others stay where they were: with a page that is open, with a group
//! cookie of a load balancer, or with a DNS answer. [`Sessions`] is a model of viewers, with assumptions that a user
//! can set. Each of [`cloudfront`], [`balancer`] and [`dns`] computes a [`Curve`] from it: the part of the requests that
//! the change has moved, over time.
//!
//! Pure, and without chance: a mean over all viewers, not a sample.

mod advice;
mod balancer;
mod cloudfront;
mod curve;
mod dns;
mod requests;
mod sessions;

pub use advice::{BLUE_GREEN_STICKINESS, CANARY_STICKINESS};
pub use balancer::{Group, balancer};
pub use cloudfront::{Edge, cloudfront};
pub use curve::Curve;
pub use dns::{Resolvers, dns};
pub use sessions::Sessions;
