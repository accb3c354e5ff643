//! Load balancers and DNS records that follow the plan.
//!
//! Pure: a follower of the configuration, the shares of the plan's stage and an observation of the resource become
//! a [`Standing`]: in line, behind the plan, or changed by somebody else, with the values to write. The caller
//! reads and writes the resource. There is no ETag: it reads, compares, writes and reads back.
//!
//! Start reading at [`Shares`] and [`compare_balancer`].

#![allow(missing_docs, reason = "not published: a name that says everything needs no sentence")]

mod apportion;
mod balancer;
mod check;
mod problem;
mod records;
mod shares;
mod standing;
mod tail;

pub use apportion::apportion;
pub use balancer::{BalancerUpdate, Forward, ObservedBalancer, compare_balancer};
pub use check::check;
pub use problem::Problem;
pub use records::{ObservedRecord, RecordUpdate, RecordsUpdate, check_records, compare_records};
pub use shares::Shares;
pub use standing::{Difference, Standing};
pub use tail::{Tail, tails_of_balancer, tails_of_records};
