use std::time::Duration;

use edge_time::Timestamp;
use thiserror::Error;

use crate::{
    release::{IdError, Release, ReleaseId, is_id},
    stage::{Stage, StageParts},
};

/// The longest S3 prefix: CloudFront's limit for `origin.path` (page `lambda-event-structure`).
pub const MAX_PREFIX_LEN: usize = 255;
/// The longest origin domain (page `lambda-event-structure`).
pub const MAX_DOMAIN_LEN: usize = 253;

/// While `now < until`, the stages apply. After that stage `otherwise` applies, even if later stages
/// were scheduled.
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
    /// The id of the series of stages. A viewer whose cookie is from another rollout is drawn anew.
    pub rollout: String,
    /// The traffic over time, earliest first.
    pub stages: Vec<StageParts>,
    /// The dead-man lease.
    pub lease: Option<Lease>,
    /// Releases that are known and never served.
    pub withdrawn: Vec<ReleaseId>,
}

/// The content of the parameter. [`Plan::try_new`] has checked it, so nothing has to check it again.
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
    /// A withdrawn release carries no weight. If a stage has no weight left, its first release that is
    /// served gets all its traffic. If none of its releases is served, the stage gets the traffic of
    /// the nearest stage before it that has any, or else of the nearest one after it.
    ///
    /// # Errors
    /// The first [`PlanError`] found, which names the field, the value and what is allowed.
    pub fn try_new(parts: PlanParts) -> Result<Self, PlanError> {
        let PlanParts { revision, releases, rollout, stages, lease, withdrawn } = parts;
        if !is_id(&rollout) {
            return Err(PlanError::new("rollout", IdError(rollout).to_string()));
        }
        check_releases(&releases)?;
        let stages = check_stages(&stages, &releases, &withdrawn)?;
        check_lease(lease, stages.len())?;
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

    /// The times at which another stage can begin to apply, in no order: the beginnings of all stages, and the end of the
    /// lease.
    pub fn starts(&self) -> impl Iterator<Item = Timestamp> {
        let lease = self.lease.map(|lease| lease.until);
        self.stages.iter().map(Stage::from).chain(lease)
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

    /// The index and the release of `id`, if the plan has it and it is not withdrawn. It need not have
    /// traffic.
    #[must_use]
    pub fn servable(&self, id: &str) -> Option<(usize, &Release)> {
        let found = self.releases.iter().enumerate().find(|(_, release)| release.id.as_str() == id);
        found.filter(|_| !self.is_withdrawn(id))
    }

    /// Whether viewers may have a cookie of the release at `index`, now or later: it has weight in a
    /// stage, or its cookies have not all ended.
    pub(crate) fn is_in_cookies(
        &self,
        index: usize,
        cookies_live: Duration,
        now: Timestamp,
    ) -> bool {
        let release = self.releases.get(index);
        self.stages.iter().any(|stage| stage.weight_of(index) > 0)
            || release.is_some_and(|release| release.is_held(cookies_live, now))
    }

    /// The release at an index that a [`Stage`] of this plan or [`Plan::servable`] gave.
    pub(crate) fn release_at(&self, index: usize) -> &Release {
        self.releases.get(index).expect("try_new made every stage of indices into releases")
    }

    /// The index and the stage that apply at `now`.
    ///
    /// After the lease, the stage of the lease applies. Otherwise it is the last stage that has begun.
    /// Before any stage has begun, it is the first.
    #[must_use]
    pub fn stage_at(&self, now: Timestamp) -> (usize, &Stage) {
        let index = match self.lease {
            Some(lease) if now >= lease.until => lease.otherwise,
            _ => self.stages.iter().rposition(|stage| stage.from() <= now).unwrap_or(0),
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

impl PlanError {
    pub(crate) fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

fn check_releases(releases: &[Release]) -> Result<(), PlanError> {
    if releases.is_empty() {
        let problem = "is empty: a plan names at least one release";
        return Err(PlanError::new("releases", problem));
    }
    for (index, release) in releases.iter().enumerate() {
        check_release(release)?;
        if releases.iter().take(index).any(|other| other.id == release.id) {
            return Err(PlanError::new(format!("releases.{}", release.id), "duplicate release id"));
        }
    }
    Ok(())
}

fn check_stages(
    parts: &[StageParts],
    releases: &[Release],
    withdrawn: &[ReleaseId],
) -> Result<Vec<Stage>, PlanError> {
    if parts.is_empty() {
        return Err(PlanError::new("stages", "is empty: a plan has at least one stage"));
    }
    let mut stages: Vec<Stage> = Vec::with_capacity(parts.len());
    for (index, stage) in parts.iter().enumerate() {
        if stages.last().is_some_and(|before| before.from() >= stage.from) {
            let problem = "is not after the stage before: stages are in time order";
            return Err(PlanError::new(format!("stages[{index}].from"), problem));
        }
        stages.push(Stage::try_new(index, stage, releases, withdrawn)?);
    }
    fill_withdrawn_stages(stages)
}

/// Gives a stage whose releases are all withdrawn the traffic of the nearest stage before it that has
/// any, or else of the nearest one after it.
fn fill_withdrawn_stages(stages: Vec<Stage>) -> Result<Vec<Stage>, PlanError> {
    let is_served = |stage: &&Stage| stage.total() > 0;
    let Some(mut nearest) = stages.iter().find(is_served).cloned() else {
        let problem = "every release in them is withdrawn: at least one must be served";
        return Err(PlanError::new("stages", problem));
    };
    let fill = |stage: Stage| {
        let filled = if stage.total() > 0 { stage } else { stage.with_traffic_of(&nearest) };
        nearest.clone_from(&filled);
        filled
    };
    Ok(stages.into_iter().map(fill).collect())
}

fn check_lease(lease: Option<Lease>, stages: usize) -> Result<(), PlanError> {
    match lease {
        Some(Lease { otherwise, .. }) if otherwise >= stages => {
            let last = stages - 1;
            let problem = format!("`{otherwise}` is not a stage: allowed are 0 to {last}");
            Err(PlanError::new("lease.else", problem))
        }
        Some(_) | None => Ok(()),
    }
}

fn check_release(release: &Release) -> Result<(), PlanError> {
    let Release { id, prefix, origins, .. } = release;
    if !is_prefix(prefix) {
        let problem = format!(
            "`{prefix}` is not a prefix: it starts with `/`, does not end with `/`, has no `//`, `.` or \
             `..` segment, only A-Z, a-z, 0-9 and `!-_.*'()/`, and at most {MAX_PREFIX_LEN} characters"
        );
        return Err(PlanError::new(format!("releases.{id}.prefix"), problem));
    }
    let Some((key, domain)) = origins.iter().find(|(_, domain)| !is_domain(domain)) else {
        return Ok(());
    };
    let problem = format!(
        "`{domain}` is not a domain name: lower-case letters, digits, `-` and `.`, no port, no IP \
         address, at most {MAX_DOMAIN_LEN} characters"
    );
    Err(PlanError::new(format!("releases.{id}.origins.{key}"), problem))
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

/// Whether `origin.custom.domainName` may be this domain name (page `lambda-event-structure`).
fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let numeric = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    domain.len() <= MAX_DOMAIN_LEN
        && domain.split('.').all(label)
        && !domain.rsplit('.').next().is_some_and(numeric)
}
