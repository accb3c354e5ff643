//! The parts that `attach` and `detach` share: both edit the configuration of a distribution that exists.

mod deployed;
mod described;
mod distribution_id;
mod kept;
mod parts;
mod rewrite;

pub(crate) use parts::Parts;
pub(crate) use rewrite::DistributionWriting;

pub(crate) use deployed::{say_earlier_change, wait_deployed};
pub(crate) use described::{Worded, behaviors_left};
pub(crate) use distribution_id::{NoDistribution, distribution_id};
pub(crate) use kept::Kept;
pub(crate) use parts::{Known, PartsError, with_named_policies};
pub(crate) use rewrite::{Outcome, Proposal, Rewrite, RewriteError, Rewritten, rewrite};
