//! The local CloudFront, as viewers and functions see it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod cloudfront;
mod http_origin;
mod import;
mod listener;
mod s3_folder;
