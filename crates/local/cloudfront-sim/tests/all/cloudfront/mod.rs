//! CloudFront's rules, one by one: what viewers, origins and functions see.

mod admission;
mod api;
mod behaviors;
mod caching;
mod collapsing;
mod compression;
mod cookies;
mod distributions;
mod errors;
mod failover;
mod forwarding;
mod logs;
mod origins;
mod pages;
mod properties;
mod responses;
mod revalidation;
mod support;
mod triggers;
mod violations;
