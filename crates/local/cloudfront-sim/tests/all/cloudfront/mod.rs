//! What a viewer gets, an origin is asked, and a function sees: CloudFront's rules one by one.

mod admission;
mod behaviors;
mod caching;
mod collapsing;
mod compression;
mod cookies;
mod distributions;
mod errors;
mod failover;
mod forwarding;
mod origins;
mod properties;
mod responses;
mod revalidation;
mod support;
mod triggers;
mod violations;
