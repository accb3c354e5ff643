//! An Application Load Balancer as a library: listeners, rules, weighted target groups, and both kinds of stickiness.
//!
//! [`Balancer`] is a value. [`Balancer::route`] takes a request, a time and a [`Chance`], and returns the target and the
//! cookies of the response, so that hours of stickiness can be tested at once.
//!
//! [`api`] gives it to AWS's SDKs and `aws elbv2`. [`LoadBalancer`] and [`Server`] forward requests over HTTP.
//!
//! It knows no releases and no plans. `DIFFERENCES.md` lists every known difference from AWS's load balancers.

mod api;
mod balancer;
mod condition;
mod cookie;
mod error;
mod forward;
mod glob;
mod health_check;
mod proxy;
mod route;
mod rule;
mod target_group;

pub use api::api;
pub use balancer::Balancer;
pub use condition::Condition;
pub use cookie::{FOREIGN_SITES, GROUP_COOKIE, TARGET_COOKIE};
pub use error::{ElbError, ErrorCode};
pub use forward::{Forward, MAX_GROUPS, MAX_WEIGHT, WeightedGroup};
pub use health_check::HealthCheck;
pub use proxy::{
    ActionOverview, Draw, GroupOverview, LoadBalancer, SPAN, SPANS, Server, TargetOverview, random,
};
pub use route::{Chance, GroupCookie, Routed, Unavailable};
pub use rule::{Listener, Rule};
pub use target_group::{Health, Target, TargetGroup};
