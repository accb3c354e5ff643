use crate::error::ElbError;
use crate::target_group::stickiness_seconds;

/// The largest weight (`TargetGroupTuple`).
pub const MAX_WEIGHT: u32 = 999;
/// The most target groups of one action (page `load-balancer-limits`).
pub const MAX_GROUPS: usize = 5;

/// A forward action: weighted target groups, and how long a viewer keeps its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    groups: Vec<WeightedGroup>,
    stickiness: Option<u32>,
}

/// A target group of a forward action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightedGroup {
    pub arn: String,
    pub weight: u32,
}

impl Forward {
    /// All requests to one target group, without group stickiness.
    #[must_use]
    pub fn to(arn: &str) -> Self {
        Self { groups: vec![WeightedGroup { arn: arn.into(), weight: 1 }], stickiness: None }
    }

    /// The target groups with their weights. `stickiness` is the seconds for which a viewer keeps its group after each
    /// request.
    ///
    /// # Errors
    /// `ValidationError` for no group, a sixth group, a group that is named twice, a weight above 999, or a stickiness
    /// outside 1 to 604,800 seconds.
    pub fn try_new(groups: Vec<WeightedGroup>, stickiness: Option<u32>) -> Result<Self, ElbError> {
        if groups.is_empty() || groups.len() > MAX_GROUPS {
            return Err(ElbError::invalid(format!(
                "A forward action must have 1 to {MAX_GROUPS} target groups, and this one has {}",
                groups.len()
            )));
        }
        for (index, group) in groups.iter().enumerate() {
            if group.weight > MAX_WEIGHT {
                return Err(ElbError::invalid(format!(
                    "The weight '{}' of target group '{}' must be between 0 and {MAX_WEIGHT}",
                    group.weight, group.arn
                )));
            }
            if groups.iter().skip(index + 1).any(|other| other.arn == group.arn) {
                let message = format!("Target group '{}' was provided multiple times", group.arn);
                return Err(ElbError::invalid(message));
            }
        }
        let stickiness = stickiness
            .map(|seconds| stickiness_seconds("TargetGroupStickinessConfig", seconds))
            .transpose()?;
        Ok(Self { groups, stickiness })
    }

    /// The target groups, in the order of the action.
    #[must_use]
    pub fn groups(&self) -> &[WeightedGroup] {
        &self.groups
    }

    /// The seconds for which a viewer keeps its group after each request. `None`: group stickiness is off.
    #[must_use]
    pub fn stickiness(&self) -> Option<u32> {
        self.stickiness
    }

    /// The group for a number from the whole range of `u64`. `None` if all weights are 0.
    pub(crate) fn draw(&self, chance: u64) -> Option<&str> {
        let total: u128 = self.groups.iter().map(|group| u128::from(group.weight)).sum();
        let point = (u128::from(chance) * total) >> u64::BITS;
        let mut below = 0;
        let drawn = self.groups.iter().find(|group| {
            below += u128::from(group.weight);
            point < below
        });
        drawn.map(|group| group.arn.as_str())
    }
}
