//! `edgeswitch attach` and `edgeswitch detach` on a CloudFront in memory.

pub(crate) mod cloud;
mod examined;
mod races;
mod screens;
mod trouble;
mod wiring;
