use thiserror::Error;

/// The reason why a follower cannot get the shares of the plan. Nothing is written then.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// A follower moves slots. This release is in none.
    #[error("release `{release}` has traffic and names no slot: a follower moves traffic by slot")]
    NoSlot { release: String },
    #[error("slot `{slot}` has traffic, and the follower names no {what} for it")]
    NoTarget { slot: String, what: &'static str },
    /// Rounding would take the slot's whole traffic.
    #[error("slot `{slot}` would get 0 instead of {percent} %: weights here are 0 to {limit}")]
    TooSmall { slot: String, percent: String, limit: u32 },
    #[error(
        "target group `{group}` is not the follower's and has weight {weight}: give it a slot, or weight 0"
    )]
    ForeignGroup { group: String, weight: u32 },
    #[error("the action would have {found} target groups: at most {limit} are allowed")]
    TooManyGroups { found: usize, limit: usize },
    #[error("there is no record `{set_identifier}` of that name and type")]
    NoRecord { set_identifier: String },
    #[error("the record `{set_identifier}` is not weighted: its routing policy is another one")]
    NotWeighted { set_identifier: String },
    #[error(
        "record `{set_identifier}` is not the follower's and has weight {weight}: give it a slot, or weight 0"
    )]
    ForeignRecord { set_identifier: String, weight: u32 },
    #[error(
        "the records have different TTLs ({one} s and {other} s): give the follower a `ttl_seconds`"
    )]
    MixedTtls { one: u32, other: u32 },
    #[error("the record `{set_identifier}` is an alias, which has no TTL: remove `ttl_seconds`")]
    AliasTtl { set_identifier: String },
}
