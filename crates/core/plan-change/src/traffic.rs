use edge_time::Timestamp;
use routing_core::{Lease, Plan, ReleaseId, Stage};

/// A plan at one moment: the stage in force and the stages that follow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traffic<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) now: Timestamp,
    /// The index of the stage in force.
    pub(crate) index: usize,
    pub(crate) stage: &'p Stage,
}

/// The time when a release last had weight, according to the stages of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    /// It has weight now.
    Still,
    /// It had weight until this time.
    Until(Timestamp),
    /// It had weight in none of the stages that have begun.
    Never,
}

impl<'p> Traffic<'p> {
    pub(crate) fn of(plan: &'p Plan, now: Timestamp) -> Self {
        let (index, stage) = plan.stage_at(now);
        Self { plan, now, index, stage }
    }

    /// The id of the release at an index of the plan's releases.
    fn id(&self, release: usize) -> Option<&'p ReleaseId> {
        self.plan.releases().get(release).map(|release| &release.id)
    }

    /// The active release of a stage.
    pub(crate) fn active_of(&self, stage: &Stage) -> &'p ReleaseId {
        self.id(stage.active()).expect("a stage's releases are indices into its plan's")
    }

    /// The active release now.
    pub(crate) fn active(&self) -> &'p ReleaseId {
        self.active_of(self.stage)
    }

    /// The releases with weight now, and their weights.
    pub(crate) fn carrying(&self) -> impl Iterator<Item = (&'p ReleaseId, u16)> {
        let carrying = self.stage.weights().iter().filter(|(_, weight)| *weight > 0);
        carrying.filter_map(|(release, weight)| Some((self.id(*release)?, *weight)))
    }

    /// The releases with weight in a stage.
    pub(crate) fn carrying_in(&self, stage: &'p Stage) -> impl Iterator<Item = &'p ReleaseId> {
        let carrying = stage.weights().iter().filter(|(_, weight)| *weight > 0);
        let traffic = *self;
        carrying.filter_map(move |(release, _)| traffic.id(*release))
    }

    /// The effective weights of the stage at `index`.
    pub(crate) fn weights_at(&self, index: usize) -> Vec<(&'p str, u16)> {
        let weights = self.plan.stages().get(index).map(Stage::weights).unwrap_or_default();
        let named = |(release, weight): &(usize, u16)| Some((self.id(*release)?.as_str(), *weight));
        weights.iter().filter_map(named).collect()
    }

    /// The releases that the stage in force names, also those with weight 0.
    pub(crate) fn places(&self) -> impl Iterator<Item = &'p ReleaseId> {
        self.stage.weights().iter().filter_map(|(release, _)| self.id(*release))
    }

    /// The share of a release, in percent of the viewers.
    pub(crate) fn percent(&self, release: &ReleaseId) -> f64 {
        let weight = self.carrying().find(|(id, _)| *id == release).map_or(0, |(_, weight)| weight);
        f64::from(100 * u32::from(weight)) / f64::from(self.stage.total())
    }

    /// The releases with weight now, except the active one.
    pub(crate) fn candidates(&self) -> impl Iterator<Item = (&'p ReleaseId, u16)> {
        let active = self.active();
        self.carrying().filter(move |(id, _)| *id != active)
    }

    /// Whether one release has all traffic now.
    pub(crate) fn is_settled(&self) -> bool {
        self.candidates().next().is_none()
    }

    /// The lease, if it has not ended.
    pub(crate) fn lease(&self) -> Option<Lease> {
        self.plan.lease().filter(|lease| self.now < lease.until)
    }

    /// The lease, if it has ended.
    pub(crate) fn ended_lease(&self) -> Option<Lease> {
        self.plan.lease().filter(|lease| self.now >= lease.until)
    }

    /// The stages that will begin. After the lease has ended there are none.
    pub(crate) fn upcoming(&self) -> &'p [Stage] {
        match self.ended_lease() {
            Some(_) => &[],
            None => self.plan.stages().get(self.index + 1..).unwrap_or_default(),
        }
    }

    /// The index of the last stage that has begun by the clock. After the end of a lease, another stage may be in
    /// force.
    pub(crate) fn last_begun(&self) -> usize {
        match self.ended_lease() {
            Some(lease) => {
                let begun = |stage: &Stage| stage.from() < lease.until;
                self.plan.stages().iter().rposition(begun).unwrap_or(0)
            }
            None => self.index,
        }
    }

    /// The index of the last stage before `index` that has begun and has another active release.
    ///
    /// A rollback without a name goes to the active release of that stage. A withdrawn release is never active, so
    /// a rollback never goes to it.
    pub(crate) fn before(&self, index: usize) -> Option<usize> {
        let stages = self.plan.stages();
        let active = stages.get(index)?.active();
        let other = |stage: &Stage| stage.from() <= self.now && stage.active() != active;
        stages.get(..index)?.iter().rposition(other)
    }

    /// The previous active release.
    pub(crate) fn previous(&self) -> Option<&'p ReleaseId> {
        let stage = self.plan.stages().get(self.before(self.index)?)?;
        Some(self.active_of(stage))
    }

    /// The release that everybody gets if the change in progress is undone: the one that the lease names, else the
    /// active one.
    pub(crate) fn stable(&self) -> &'p ReleaseId {
        let leased = self.lease().and_then(|lease| self.plan.stages().get(lease.otherwise));
        self.active_of(leased.unwrap_or(self.stage))
    }

    /// The time when the release at an index of the plan's releases last had weight.
    pub(crate) fn served(&self, release: usize) -> Served {
        if self.stage.weight_of(release) > 0 {
            return Served::Still;
        }
        let stages = self.plan.stages();
        let last = self.last_begun();
        let begun = stages.get(..=last).unwrap_or_default();
        let Some(index) = begun.iter().rposition(|stage| stage.weight_of(release) > 0) else {
            return Served::Never;
        };
        let ended = if index == last { self.ended_lease().map(|lease| lease.until) } else { None };
        let next = begun.get(index + 1).map(Stage::from);
        Served::Until(ended.or(next).unwrap_or(self.now))
    }

    /// The last time span in which the release at an index of the plan's releases had all traffic, according to
    /// the stages of this rollout. The second time is `None` if it has all traffic now.
    pub(crate) fn had_all(&self, release: usize) -> Option<(Timestamp, Option<Timestamp>)> {
        let last = self.last_begun();
        let begun = self.plan.stages().get(..=last)?;
        let index = begun.iter().rposition(|stage| is_alone(stage, release))?;
        let run = begun.get(..=index)?.iter().rev().take_while(|stage| is_alone(stage, release));
        let since = run.last()?.from();
        let ended = if index == last { self.ended_lease().map(|lease| lease.until) } else { None };
        let until = begun.get(index + 1).map(Stage::from).or(ended);
        Some((since, until))
    }

    /// Whether the stage in force, a later stage or the stage of the lease gives weight to the release at an index
    /// of the plan's releases.
    pub(crate) fn gives_weight(&self, release: usize) -> bool {
        let leased = self.lease().and_then(|lease| self.plan.stages().get(lease.otherwise));
        let mut stages = self.upcoming().iter().chain([self.stage]).chain(leased);
        stages.any(|stage| stage.weight_of(release) > 0)
    }
}

/// Whether the release at an index of the plan's releases is the only one with weight in a stage.
fn is_alone(stage: &Stage, release: usize) -> bool {
    u32::from(stage.weight_of(release)) == stage.total()
}
