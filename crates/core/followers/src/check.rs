use edge_config::Resource;
use edge_time::Timestamp;
use routing_core::Plan;

use crate::balancer;
use crate::problem::Problem;
use crate::records;
use crate::shares::Shares;

/// Checks that a follower can have the shares of the stage in force and of every later one.
///
/// # Errors
/// The first [`Problem`] found.
pub fn check(resource: &Resource, plan: &Plan, now: Timestamp) -> Result<(), Problem> {
    for shares in Shares::from_now(plan, now) {
        let shares = shares?;
        match resource {
            Resource::LoadBalancer(one) => balancer::weights(one, &shares)?,
            Resource::Records(one) => records::weights(one, &shares)?,
        };
    }
    Ok(())
}
