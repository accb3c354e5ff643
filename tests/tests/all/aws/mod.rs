//! The control program, as a process, against AWS's APIs as another project plays them: Parameter Store in two
//! Regions, S3, CloudFront and CloudWatch.
//!
//! Needs `make setup`.
mod account;
mod faults;
mod invalidations;
mod killed;
mod life;
mod links;
mod ramp;
mod regions;
mod shop;
mod trouble;

/// The home Region of every shop, and its replica Region.
const HOME: &str = "eu-central-1";
const REPLICA: &str = "us-east-1";
