//! The control program as a process, against ministack's version of AWS's APIs: Parameter Store in two Regions,
//! S3, CloudFront and CloudWatch.
//!
//! Needs `make setup`.
pub(crate) mod account;
mod attached;
mod faults;
mod invalidations;
mod killed;
mod killed_writes;
mod life;
mod links;
mod races;
mod ramp;
mod regions;
pub(crate) mod shop;
pub(crate) mod trouble;

/// The home Region and the replica Region of every shop.
pub(crate) const HOME: &str = "eu-central-1";
pub(crate) const REPLICA: &str = "us-east-1";
