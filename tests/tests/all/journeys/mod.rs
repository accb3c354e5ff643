//! Journeys of viewers through one distribution, in this process and on virtual time.
//!
//! Every response of every journey is also checked by the world's own rules, `testkit::world::Rule`.

mod binomial;
mod canary;
mod edges;
mod errors;
mod forged;
mod gate;
mod labels;
mod migration;
mod misses;
mod outages;
mod overrides;
pub(crate) mod smoke;
mod visits;
