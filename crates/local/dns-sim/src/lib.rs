//! Weighted DNS answers: a [`WeightedSet`] as Route 53 keeps it, and [`Resolver`]s that cache its answers.
//!
//! Both are values. The caller gives the time and the random numbers, so that hours of caching can be tested at once. It
//! speaks neither DNS nor Route 53's API, and knows no releases and no plans.
//!
//! A change takes effect at once. Route 53 needs up to a minute (page `API_ChangeResourceRecordSets`).

mod resolver;
mod weighted_set;

pub use resolver::Resolver;
pub use weighted_set::{Change, InvalidChangeBatch, MAX_RECORDS, Record, WeightedSet};
