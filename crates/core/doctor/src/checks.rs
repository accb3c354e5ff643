//! The checks, a file for each group.

pub(crate) mod access_logs;
pub(crate) mod account;
pub(crate) mod associations;
pub(crate) mod attached;
pub(crate) mod buckets;
pub(crate) mod cache_policies;
pub(crate) mod distribution;
pub(crate) mod failover;
pub(crate) mod follower_action;
pub(crate) mod follower_draining;
pub(crate) mod follower_records;
pub(crate) mod follower_shares;
pub(crate) mod follower_stickiness;
pub(crate) mod follower_targets;
pub(crate) mod forwarding;
pub(crate) mod functions;
pub(crate) mod guard;
pub(crate) mod log_lateness;
pub(crate) mod objects;
pub(crate) mod origins;
pub(crate) mod packaged;
pub(crate) mod plan;
pub(crate) mod roles;
