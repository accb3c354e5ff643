use thiserror::Error;

use crate::release::{Release, ReleaseId, is_id};

/// Most releases that may carry weight in one stage.
pub const MAX_WEIGHTED: usize = 5;
/// The largest weight.
pub const MAX_WEIGHT: u16 = 999;
/// The longest S3 prefix: CloudFront's limit for `origin.path` (page `lambda-event-structure`).
pub const MAX_PREFIX_LEN: usize = 255;
/// The longest origin domain (page `lambda-event-structure`).
pub const MAX_DOMAIN_LEN: usize = 253;

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// The traffic from a moment on, as written: checked by [`Plan::try_new`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageParts {
    /// When the stage begins.
    pub from: Timestamp,
    /// Release id and weight (0 to 999), in order; the first is the stable one.
    pub weights: Vec<(String, u32)>,
}

/// While `now < until` the stages apply; after it stage `otherwise` does, whatever the clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The end of the lease.
    pub until: Timestamp,
    /// The index of the stage that applies after it (the wire's `else`).
    pub otherwise: usize,
}

/// Everything a plan is made of, unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanParts {
    /// Counts the writes; for people and logs.
    pub revision: u64,
    /// The releases that may be served, oldest first.
    pub releases: Vec<Release>,
    /// The series of stages: cookies of another rollout are drawn anew.
    pub rollout: String,
    /// The traffic over time, earliest first.
    pub stages: Vec<StageParts>,
    /// The dead-man lease.
    pub lease: Option<Lease>,
    /// Releases that are known and never served.
    pub withdrawn: Vec<ReleaseId>,
}

/// The traffic from a moment on, checked: at least one release has weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    from: Timestamp,
    /// Index into the plan's releases, and weight. Withdrawn releases weigh 0.
    weights: Vec<(usize, u16)>,
    total: u32,
}

impl Stage {
    /// When the stage begins.
    #[must_use]
    pub fn from(&self) -> Timestamp {
        self.from
    }

    /// Index of the release in [`Plan::releases`] and its weight, in the order of the plan.
    ///
    /// A withdrawn release has weight 0, whatever the plan says.
    #[must_use]
    pub fn weights(&self) -> &[(usize, u16)] {
        &self.weights
    }

    /// The sum of the weights, above 0.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.total
    }

    /// The weight of the release at `index` of [`Plan::releases`]; 0 if it has none.
    #[must_use]
    pub fn weight_of(&self, index: usize) -> u16 {
        self.weights.iter().find(|(release, _)| *release == index).map_or(0, |(_, weight)| *weight)
    }

    /// Whether the stage lists the release at `index` of [`Plan::releases`], with weight 0 too.
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

/// What the parameter holds, checked: after [`Plan::try_new`] nothing checks again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    revision: u64,
    releases: Vec<Release>,
    withdrawn: Vec<ReleaseId>,
    rollout: String,
    stages: Vec<Stage>,
    lease: Option<Lease>,
}

impl Plan {
    /// Checks every rule of the plan.
    ///
    /// # Errors
    /// The first [`PlanError`] found, which names the field, the value and what is allowed.
    pub fn try_new(parts: PlanParts) -> Result<Self, PlanError> {
        let fail = |field: &str, problem: String| Err(PlanError { field: field.into(), problem });
        if !is_id(&parts.rollout) {
            return fail("rollout", crate::release::IdError(parts.rollout).to_string());
        }
        if parts.releases.is_empty() {
            return fail("releases", "is empty: a plan names at least one release".into());
        }
        for (index, release) in parts.releases.iter().enumerate() {
            check_release(release)?;
            if parts.releases.iter().take(index).any(|other| other.id == release.id) {
                return fail(&format!("releases.{}", release.id), "is there twice".into());
            }
        }
        if parts.stages.is_empty() {
            return fail("stages", "is empty: a plan has at least one stage".into());
        }
        let mut stages: Vec<Stage> = Vec::with_capacity(parts.stages.len());
        for (index, stage) in parts.stages.iter().enumerate() {
            if stages.last().is_some_and(|before| before.from >= stage.from) {
                let field = format!("stages[{index}].from");
                return fail(
                    &field,
                    "is not after the stage before: stages are in time order".into(),
                );
            }
            stages.push(check_stage(index, stage, &parts.releases, &parts.withdrawn)?);
        }
        if let Some(lease) = parts.lease
            && lease.otherwise >= stages.len()
        {
            let (found, last) = (lease.otherwise, stages.len() - 1);
            return fail("lease.else", format!("{found} is no stage: allowed are 0 to {last}"));
        }
        let PlanParts { revision, releases, rollout, lease, withdrawn, .. } = parts;
        Ok(Self { revision, releases, withdrawn, rollout, stages, lease })
    }

    /// Counts the writes; for people and logs.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Every release of the plan, oldest first, withdrawn ones too.
    #[must_use]
    pub fn releases(&self) -> &[Release] {
        &self.releases
    }

    /// The id of this series of stages.
    #[must_use]
    pub fn rollout(&self) -> &str {
        &self.rollout
    }

    /// The traffic over time, earliest first, never empty.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The dead-man lease.
    #[must_use]
    pub fn lease(&self) -> Option<Lease> {
        self.lease
    }

    /// The releases that are never served.
    #[must_use]
    pub fn withdrawn(&self) -> &[ReleaseId] {
        &self.withdrawn
    }

    /// Whether `id` is one of the withdrawn releases.
    #[must_use]
    pub fn is_withdrawn(&self, id: &str) -> bool {
        self.withdrawn.iter().any(|withdrawn| withdrawn.as_str() == id)
    }

    /// Index and release of `id`, if the plan has it and it is not withdrawn. Staged ones count.
    #[must_use]
    pub fn servable(&self, id: &str) -> Option<(usize, &Release)> {
        let found = self.releases.iter().enumerate().find(|(_, release)| release.id.as_str() == id);
        found.filter(|_| !self.is_withdrawn(id))
    }

    /// The release at an index that a [`Stage`] of this plan or [`Plan::servable`] gave.
    pub(crate) fn release_at(&self, index: usize) -> &Release {
        self.releases.get(index).expect("try_new made every stage of indices into releases")
    }

    /// Index and stage that apply at `now`.
    ///
    /// After the lease it is the lease's; else the last stage that has begun, or the first one while
    /// none has.
    #[must_use]
    pub fn stage_at(&self, now: Timestamp) -> (usize, &Stage) {
        let index = match self.lease {
            Some(lease) if now >= lease.until => lease.otherwise,
            _ => self.stages.iter().rposition(|stage| stage.from <= now).unwrap_or(0),
        };
        let stage =
            self.stages.get(index).expect("try_new checked the lease and that stages is not empty");
        (index, stage)
    }
}

/// A rule that a plan breaks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{field}: {problem}")]
pub struct PlanError {
    /// The field, as a path into the wire format: `stages[2].weights`.
    pub field: String,
    /// What is wrong and what is allowed, with the value in backquotes.
    pub problem: String,
}

fn check_release(release: &Release) -> Result<(), PlanError> {
    let fail = |field: &str, problem: String| {
        Err(PlanError { field: format!("releases.{}.{field}", release.id), problem })
    };
    let prefix = &release.prefix;
    if !is_prefix(prefix) {
        let problem = format!(
            "`{prefix}` is not a prefix: it starts with `/`, does not end with `/`, has no `//`, `.` or \
             `..` segment, only A-Z, a-z, 0-9 and `!-_.*'()/`, and at most {MAX_PREFIX_LEN} characters"
        );
        return fail("prefix", problem);
    }
    for (key, domain) in &release.origins {
        if !is_domain(domain) {
            let problem = format!(
                "`{domain}` is not a domain name: lower-case letters, digits, `-` and `.`, no port, no \
                 IP address, at most {MAX_DOMAIN_LEN} characters"
            );
            return fail(&format!("origins.{key}"), problem);
        }
    }
    Ok(())
}

/// S3's safe characters only (page `object-keys` of the S3 guide), so that nothing needs encoding.
fn is_prefix(prefix: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"!-_.*'()/".contains(&byte);
    prefix.len() <= MAX_PREFIX_LEN
        && prefix.bytes().all(safe)
        && prefix
            .strip_prefix('/')
            .is_some_and(|rest| rest.split('/').all(|segment| !matches!(segment, "" | "." | "..")))
}

/// A domain name as `origin.custom.domainName` takes it (page `lambda-event-structure`).
fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    let numeric = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    domain.len() <= MAX_DOMAIN_LEN
        && domain.split('.').all(label)
        && !domain.rsplit('.').next().is_some_and(numeric)
}

fn check_stage(
    index: usize,
    parts: &StageParts,
    releases: &[Release],
    withdrawn: &[ReleaseId],
) -> Result<Stage, PlanError> {
    let fail =
        |problem: String| Err(PlanError { field: format!("stages[{index}].weights"), problem });
    let mut weights: Vec<(usize, u16)> = Vec::with_capacity(parts.weights.len());
    for (id, weight) in &parts.weights {
        let Some(release) = releases.iter().position(|release| release.id.as_str() == id) else {
            return fail(format!("`{id}` is not one of `releases`"));
        };
        let Some(weight) = u16::try_from(*weight).ok().filter(|weight| *weight <= MAX_WEIGHT)
        else {
            return fail(format!("weight {weight} of `{id}` is above {MAX_WEIGHT}"));
        };
        if weights.iter().any(|(other, _)| *other == release) {
            return fail(format!("`{id}` is there twice"));
        }
        let gone = withdrawn.iter().any(|withdrawn| withdrawn.as_str() == id);
        weights.push((release, if gone { 0 } else { weight }));
    }
    let carrying = weights.iter().filter(|(_, weight)| *weight > 0).count();
    if carrying > MAX_WEIGHTED {
        return fail(format!("{carrying} releases carry weight: at most {MAX_WEIGHTED} may"));
    }
    if carrying == 0 {
        return fail("no release that is not withdrawn carries weight: at least one must".into());
    }
    let total = weights.iter().map(|(_, weight)| u32::from(*weight)).sum();
    Ok(Stage { from: parts.from, weights, total })
}
