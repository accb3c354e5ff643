//! Turns one request and one plan into one release, with the reason.
//!
//! Pure: values in, a value out. No clock, no randomness, no I/O, no async: time and chance are
//! arguments. Reading the plan's wire format is `plan-store`'s; CloudFront's events are `edge-event`'s.
//!
//! Start reading at [`Plan`].

mod plan;
mod release;

pub use plan::{
    Lease, MAX_DOMAIN_LEN, MAX_PREFIX_LEN, MAX_WEIGHT, MAX_WEIGHTED, Plan, PlanError, PlanParts,
    Stage, StageParts, Timestamp,
};
pub use release::{IdError, MAX_ID_LEN, Release, ReleaseId, is_id};
