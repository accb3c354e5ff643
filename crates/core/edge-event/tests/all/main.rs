//! Events come back unchanged, and results that CloudFront would refuse are found.

#![cfg(test)]

mod builders;
mod events;
mod examples;
mod headers;
mod mutations;
mod round_trip;
mod rules;
mod support;
