use edge_config::{LoadBalancer, MAX_TARGET_GROUPS, Stickiness};

use crate::apportion::same_ratio;
use crate::problem::Problem;
use crate::shares::Shares;
use crate::standing::{Difference, Standing};

/// The largest weight of a target group (`TargetGroupTuple` of ELB's API).
const MAX_WEIGHT: u32 = 999;

/// A forward action: its whole list of target groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// The ARNs of the target groups and their weights, in order.
    pub groups: Vec<(String, u32)>,
    /// Group stickiness in seconds; `None` is off.
    pub stickiness: Option<u32>,
}

/// The values of a load balancer that a follower may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedBalancer {
    pub forward: Forward,
    /// The deregistration delay of target groups, by ARN, in seconds. A target group without targets' attributes
    /// may be missing.
    pub delays: Vec<(String, u32)>,
}

/// The values to write, each only if it differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalancerUpdate {
    /// The whole forward action.
    pub forward: Option<Forward>,
    /// Target groups and their new deregistration delays.
    pub delays: Vec<(String, u32)>,
    /// The same in words.
    pub differences: Vec<Difference>,
}

/// Compares a load balancer with `shares`. `known` are the shares of other stages and versions of the plan: with one
/// of them the load balancer is behind, and with any other it has drifted.
///
/// Target groups of others stay in the list with weight 0.
///
/// # Errors
/// The first [`Problem`] found: the load balancer cannot get the shares.
pub fn compare_balancer(
    follower: &LoadBalancer,
    shares: &Shares,
    observed: &ObservedBalancer,
    known: &[Shares],
) -> Result<Standing<BalancerUpdate>, Problem> {
    let wanted = wanted(follower, shares, &observed.forward)?;
    let mut differences = Vec::new();
    let has_shares = has(&observed.forward, &wanted);
    if !has_shares {
        let from = named(follower, &observed.forward.groups);
        differences.push(Difference::Weights { from, to: named(follower, &wanted.groups) });
    }
    if observed.forward.stickiness != wanted.stickiness {
        let (from, to) = (observed.forward.stickiness, wanted.stickiness);
        differences.push(Difference::Stickiness { from, to });
    }
    let forward = (!differences.is_empty()).then(|| wanted.clone());
    let delays = delays(follower, observed, &mut differences);
    if differences.is_empty() {
        return Ok(Standing::InLine);
    }
    let is_of_plan = |shares: &Shares| {
        self::wanted(follower, shares, &observed.forward)
            .is_ok_and(|known| has(&observed.forward, &known))
    };
    let update = BalancerUpdate { forward, delays, differences };
    if has_shares || known.iter().any(is_of_plan) {
        Ok(Standing::Behind(update))
    } else {
        Ok(Standing::Drifted(update))
    }
}

pub(crate) fn weights(follower: &LoadBalancer, shares: &Shares) -> Result<Vec<u32>, Problem> {
    shares.weights(&follower.target_groups, MAX_WEIGHT, "target group")
}

/// The forward action with these shares.
fn wanted(
    follower: &LoadBalancer,
    shares: &Shares,
    observed: &Forward,
) -> Result<Forward, Problem> {
    let weights = weights(follower, shares)?;
    let ours = follower.target_groups.iter().map(|(_, arn)| arn);
    let mut groups: Vec<(String, u32)> = ours.cloned().zip(weights).collect();
    for (arn, weight) in &observed.groups {
        if slot_of(follower, arn).is_some() {
            continue;
        }
        if *weight > 0 && observed.groups.len() > 1 {
            return Err(Problem::ForeignGroup { group: arn.clone(), weight: *weight });
        }
        groups.push((arn.clone(), 0));
    }
    if groups.len() > MAX_TARGET_GROUPS {
        return Err(Problem::TooManyGroups { found: groups.len(), limit: MAX_TARGET_GROUPS });
    }
    let stickiness = match follower.stickiness {
        Some(Stickiness::Off) => None,
        Some(Stickiness::Seconds(seconds)) => Some(seconds),
        None => observed.stickiness,
    };
    Ok(Forward { groups, stickiness })
}

/// Whether `observed` divides the traffic as `wanted` does.
fn has(observed: &Forward, wanted: &Forward) -> bool {
    let weight_of = |arn: &str| observed.groups.iter().find(|(known, _)| known == arn);
    let found: Vec<u32> =
        wanted.groups.iter().map(|(arn, _)| weight_of(arn).map_or(0, |(_, w)| *w)).collect();
    let weights: Vec<u32> = wanted.groups.iter().map(|(_, weight)| *weight).collect();
    same_ratio(&found, &weights)
}

fn delays(
    follower: &LoadBalancer,
    observed: &ObservedBalancer,
    differences: &mut Vec<Difference>,
) -> Vec<(String, u32)> {
    let Some(to) = follower.deregistration_delay else { return Vec::new() };
    let mut delays = Vec::new();
    for (slot, arn) in &follower.target_groups {
        let from = observed.delays.iter().find(|(known, _)| known == arn).map(|(_, delay)| *delay);
        if from != Some(to) {
            differences.push(Difference::Delay { slot: slot.clone(), from, to });
            delays.push((arn.clone(), to));
        }
    }
    delays
}

fn slot_of<'f>(follower: &'f LoadBalancer, arn: &str) -> Option<&'f str> {
    follower.target_groups.iter().find(|(_, known)| known == arn).map(|(slot, _)| slot.as_str())
}

/// The weights by slot. A target group of others has its ARN.
pub(crate) fn named(follower: &LoadBalancer, groups: &[(String, u32)]) -> Vec<(String, u32)> {
    let name = |arn: &str| slot_of(follower, arn).unwrap_or(arn).to_owned();
    groups.iter().map(|(arn, weight)| (name(arn), *weight)).collect()
}
