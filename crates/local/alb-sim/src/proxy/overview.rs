use std::net::SocketAddr;

use serde::Serialize;

use super::LoadBalancer;
use crate::balancer::Balancer;
use crate::forward::{Forward, WeightedGroup};
use crate::rule::Listener;
use crate::target_group::{Health, Target};

/// A forward action and what it does, for people who look on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActionOverview {
    /// The ARN of the rule, or of the listener if this is its default action.
    pub arn: String,
    /// The seconds of group stickiness, if it is on.
    pub stickiness: Option<u32>,
    pub groups: Vec<GroupOverview>,
}

/// A target group of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupOverview {
    pub arn: String,
    pub name: String,
    pub weight: u32,
    /// The requests in each [`SPAN`](crate::SPAN) of the last minutes, the newest last.
    pub requests: Vec<u64>,
    /// Group cookies for viewers that had none which counts.
    pub new_cookies: u64,
    /// Requests whose group cookie chose the group.
    pub kept: u64,
    pub deregistration_delay: u32,
    pub targets: Vec<TargetOverview>,
}

/// A target with its open connections, which count for all actions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetOverview {
    pub address: SocketAddr,
    /// `healthy`, `initial`, `unhealthy` or `draining`.
    pub health: &'static str,
    /// When a draining target is cut off, in milliseconds since 1970.
    pub until: Option<i64>,
    pub requests: usize,
    pub websockets: usize,
}

impl LoadBalancer {
    /// All actions: for each listener its rules and then its default action.
    #[must_use]
    pub fn overview(&self) -> Vec<ActionOverview> {
        let balancer = self.read();
        let actions = balancer.listeners().iter().flat_map(Listener::actions);
        actions.map(|(arn, forward)| self.action(&balancer, arn, forward)).collect()
    }

    fn action(&self, balancer: &Balancer, arn: &str, forward: &Forward) -> ActionOverview {
        let groups = forward.groups().iter();
        ActionOverview {
            arn: arn.into(),
            stickiness: forward.stickiness(),
            groups: groups.filter_map(|one| self.group(balancer, arn, one)).collect(),
        }
    }

    fn group(
        &self,
        balancer: &Balancer,
        action: &str,
        weighted: &WeightedGroup,
    ) -> Option<GroupOverview> {
        let group = balancer.group(&weighted.arn)?;
        let counts = self.traffic.of(action, group.arn());
        Some(GroupOverview {
            arn: group.arn().into(),
            name: group.name().into(),
            weight: weighted.weight,
            requests: counts.spans(self.clock.now()),
            new_cookies: counts.new_cookies,
            kept: counts.kept,
            deregistration_delay: group.deregistration_delay(),
            targets: group.targets().iter().map(|one| self.target(group.arn(), one)).collect(),
        })
    }

    fn target(&self, group: &str, target: &Target) -> TargetOverview {
        let open = self.lanes.open(group, target.address);
        TargetOverview {
            address: target.address,
            health: target.health.as_str(),
            until: match target.health {
                Health::Draining { until } => Some(until.0),
                Health::Healthy | Health::Initial | Health::Unhealthy => None,
            },
            requests: open.requests,
            websockets: open.tunnels,
        }
    }
}
