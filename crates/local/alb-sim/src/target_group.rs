use std::net::SocketAddr;

use edge_time::Timestamp;

use crate::error::ElbError;
use crate::health_check::HealthCheck;

/// Seven days, the longest stickiness (`TargetGroupStickinessConfig`, `TargetGroupAttribute`).
const MAX_STICKINESS: u32 = 604_800;
/// The longest deregistration delay (`TargetGroupAttribute`).
const MAX_DELAY: u32 = 3600;

/// A target group: targets, and the attributes that are modelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroup {
    pub(crate) arn: String,
    pub(crate) targets: Vec<Target>,
    pub(crate) attributes: Attributes,
    pub(crate) health_check: HealthCheck,
}

/// `TargetGroupAttribute`, with AWS's default values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) deregistration_delay: u32,
    pub(crate) is_sticky: bool,
    pub(crate) sticky_seconds: u32,
}

impl Default for Attributes {
    fn default() -> Self {
        Self { deregistration_delay: 300, is_sticky: false, sticky_seconds: 86_400 }
    }
}

/// A server of a target group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    pub address: SocketAddr,
    pub health: Health,
}

/// Whether a target gets requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    Healthy,
    /// It was registered and has not passed a health check yet. It gets requests only if no target of the group is
    /// healthy.
    Initial,
    /// It gets requests only if no target of the group is healthy.
    Unhealthy,
    /// It was deregistered and gets no new requests. Those under way have time until then.
    Draining {
        until: Timestamp,
    },
}

impl Health {
    /// The name of the state in ELB's API (`TargetHealth`).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Initial => "initial",
            Self::Unhealthy => "unhealthy",
            Self::Draining { .. } => "draining",
        }
    }

    /// Whether new requests may go to the target.
    pub(crate) fn is_registered(self) -> bool {
        match self {
            Self::Healthy | Self::Initial | Self::Unhealthy => true,
            Self::Draining { .. } => false,
        }
    }
}

impl Target {
    /// A healthy target.
    #[must_use]
    pub fn healthy(address: SocketAddr) -> Self {
        Self { address, health: Health::Healthy }
    }
}

impl TargetGroup {
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The name, which is a part of the ARN.
    #[must_use]
    pub fn name(&self) -> &str {
        self.arn.split('/').nth(1).unwrap_or_default()
    }

    #[must_use]
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    #[must_use]
    pub fn health_check(&self) -> &HealthCheck {
        &self.health_check
    }

    /// The seconds that a draining target has for its requests.
    #[must_use]
    pub fn deregistration_delay(&self) -> u32 {
        self.attributes.deregistration_delay
    }

    /// The seconds for which a viewer keeps its target. `None`: load balancer stickiness is off.
    #[must_use]
    pub fn stickiness(&self) -> Option<u32> {
        self.attributes.is_sticky.then_some(self.attributes.sticky_seconds)
    }

    /// The targets that may get a request: the healthy ones. If there are none, all that are registered (page
    /// `target-group-health-checks`, "fail open").
    fn candidates(&self) -> impl Iterator<Item = &Target> {
        let has_healthy = self.targets.iter().any(|target| target.health == Health::Healthy);
        let may = move |health: Health| match health {
            Health::Healthy => true,
            Health::Initial | Health::Unhealthy => !has_healthy,
            Health::Draining { .. } => false,
        };
        self.targets.iter().filter(move |target| may(target.health))
    }

    pub(crate) fn candidate(&self, address: SocketAddr) -> Option<&Target> {
        self.candidates().find(|target| target.address == address)
    }

    /// The target for a number from the whole range of `u64`.
    pub(crate) fn draw(&self, chance: u64) -> Option<&Target> {
        let count = u128::try_from(self.candidates().count()).ok()?;
        let index = usize::try_from((u128::from(chance) * count) >> u64::BITS).ok()?;
        self.candidates().nth(index)
    }
}

impl Attributes {
    pub(crate) fn check(&self) -> Result<(), ElbError> {
        stickiness_seconds("stickiness.lb_cookie.duration_seconds", self.sticky_seconds)?;
        if self.deregistration_delay > MAX_DELAY {
            return Err(ElbError::invalid(format!(
                "The value '{}' of deregistration_delay.timeout_seconds must be between 0 and {MAX_DELAY}",
                self.deregistration_delay
            )));
        }
        Ok(())
    }
}

pub(crate) fn stickiness_seconds(field: &str, seconds: u32) -> Result<u32, ElbError> {
    if (1..=MAX_STICKINESS).contains(&seconds) {
        return Ok(seconds);
    }
    Err(ElbError::invalid(format!(
        "The duration '{seconds}' of {field} must be between 1 and {MAX_STICKINESS} seconds"
    )))
}
