use edge_time::Timestamp;

use crate::{
    plan::PlanError,
    release::{Release, ReleaseId},
};

/// How many releases may carry weight in one stage at most.
pub const MAX_WEIGHTED: usize = 5;
/// The largest weight.
pub const MAX_WEIGHT: u16 = 999;

/// The traffic from a moment on, as written. [`crate::Plan::try_new`] checks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageParts {
    /// When the stage begins.
    pub from: Timestamp,
    /// Release id and weight (0 to 999), in order; the first is the stable one.
    pub weights: Vec<(String, u32)>,
}

/// The traffic from a moment on, checked: at least one release has weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    from: Timestamp,
    /// Index into the plan's releases, and weight. Withdrawn releases have weight 0.
    weights: Vec<(usize, u16)>,
    total: u32,
}

impl Stage {
    /// Checks stage number `index` of a plan.
    pub(crate) fn try_new(
        index: usize,
        parts: &StageParts,
        releases: &[Release],
        withdrawn: &[ReleaseId],
    ) -> Result<Self, PlanError> {
        let fail = |problem| PlanError::new(format!("stages[{index}].weights"), problem);
        let mut weights = Vec::with_capacity(parts.weights.len());
        for (id, weight) in &parts.weights {
            let entry = check_weight(id, *weight, releases, &weights).map_err(fail)?;
            weights.push(entry);
        }
        check_carrying(&weights).map_err(fail)?;
        let served = |index: usize| {
            releases.get(index).is_some_and(|release| !withdrawn.contains(&release.id))
        };
        leave_withdrawn(&mut weights, served);
        let total = weights.iter().map(|(_, weight)| u32::from(*weight)).sum();
        Ok(Self { from: parts.from, weights, total })
    }

    /// This stage with the traffic of `other`.
    pub(crate) fn with_traffic_of(&self, other: &Self) -> Self {
        Self { from: self.from, ..other.clone() }
    }

    /// When the stage begins.
    #[must_use]
    pub fn from(&self) -> Timestamp {
        self.from
    }

    /// Index of the release in [`crate::Plan::releases`] and its weight, in the order of the plan.
    ///
    /// A withdrawn release has weight 0, whatever the plan says. [`crate::Plan::try_new`] describes
    /// which release then gets the traffic of a stage without weight.
    #[must_use]
    pub fn weights(&self) -> &[(usize, u16)] {
        &self.weights
    }

    /// The sum of the weights, above 0.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.total
    }

    /// The weight of the release at `index` of [`crate::Plan::releases`]; 0 if it has none.
    #[must_use]
    pub fn weight_of(&self, index: usize) -> u16 {
        self.weights.iter().find(|(release, _)| *release == index).map_or(0, |(_, weight)| *weight)
    }

    /// Whether the stage lists the release at `index` of [`crate::Plan::releases`], even with weight 0.
    #[must_use]
    pub fn has_place(&self, index: usize) -> bool {
        self.weights.iter().any(|(release, _)| *release == index)
    }

    /// The index of the active release: the first that carries weight.
    #[must_use]
    pub fn active(&self) -> usize {
        let carrying = self.weights.iter().find(|(_, weight)| *weight > 0);
        carrying.or(self.weights.first()).map_or(0, |(index, _)| *index)
    }
}

/// Checks one entry of the weights; `before` are the entries before it.
fn check_weight(
    id: &str,
    weight: u32,
    releases: &[Release],
    before: &[(usize, u16)],
) -> Result<(usize, u16), String> {
    let Some(release) = releases.iter().position(|release| release.id.as_str() == id) else {
        return Err(format!("`{id}` is not one of `releases`"));
    };
    let Some(weight) = u16::try_from(weight).ok().filter(|weight| *weight <= MAX_WEIGHT) else {
        return Err(format!("weight {weight} of `{id}` is above {MAX_WEIGHT}"));
    };
    if before.iter().any(|(other, _)| *other == release) {
        return Err(format!("duplicate `{id}`"));
    }
    Ok((release, weight))
}

/// Sets the weight of withdrawn releases to 0. If no weight is left, the first release that is served
/// gets all traffic: withdrawing a release in a hurry leads back to the stable one.
fn leave_withdrawn(weights: &mut [(usize, u16)], served: impl Fn(usize) -> bool) {
    for (release, weight) in weights.iter_mut() {
        if !served(*release) {
            *weight = 0;
        }
    }
    if weights.iter().all(|(_, weight)| *weight == 0)
        && let Some((_, weight)) = weights.iter_mut().find(|(release, _)| served(*release))
    {
        *weight = 1;
    }
}

fn check_carrying(weights: &[(usize, u16)]) -> Result<(), String> {
    match weights.iter().filter(|(_, weight)| *weight > 0).count() {
        0 => Err("no release carries weight: at least one must".into()),
        1..=MAX_WEIGHTED => Ok(()),
        many => Err(format!("{many} releases carry weight: at most {MAX_WEIGHTED} may")),
    }
}
