//! What a viewer gets, an origin is asked, and a function sees: CloudFront's rules one by one.

mod caching;
mod support;
mod triggers;
