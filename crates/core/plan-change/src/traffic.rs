use edge_time::Timestamp;
use routing_core::{Lease, Plan, ReleaseId, Stage};

/// What a plan does at one moment: which stage applies, and what is still to come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traffic<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) now: Timestamp,
    /// The index of the stage that applies.
    pub(crate) index: usize,
    pub(crate) stage: &'p Stage,
}

/// When a release last had weight, by the stages of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    /// It has weight now.
    Still,
    /// It had weight until then.
    Until(Timestamp),
    /// In none of the stages that have begun.
    Never,
}

impl<'p> Traffic<'p> {
    pub(crate) fn of(plan: &'p Plan, now: Timestamp) -> Self {
        let (index, stage) = plan.stage_at(now);
        Self { plan, now, index, stage }
    }

    /// The release at an index of a stage.
    fn id(&self, release: usize) -> Option<&'p ReleaseId> {
        self.plan.releases().get(release).map(|release| &release.id)
    }

    /// The active release of a stage of the plan.
    pub(crate) fn active_of(&self, stage: &Stage) -> &'p ReleaseId {
        self.id(stage.active()).expect("a stage's releases are indices into its plan's")
    }

    /// The active release.
    pub(crate) fn active(&self) -> &'p ReleaseId {
        self.active_of(self.stage)
    }

    /// The releases that carry weight now, and their weights.
    pub(crate) fn carrying(&self) -> impl Iterator<Item = (&'p ReleaseId, u16)> {
        let carrying = self.stage.weights().iter().filter(|(_, weight)| *weight > 0);
        carrying.filter_map(|(release, weight)| Some((self.id(*release)?, *weight)))
    }

    /// The weights of the stage at `index`, as they count.
    pub(crate) fn weights_at(&self, index: usize) -> Vec<(&'p str, u16)> {
        let weights = self.plan.stages().get(index).map(Stage::weights).unwrap_or_default();
        let named = |(release, weight): &(usize, u16)| Some((self.id(*release)?.as_str(), *weight));
        weights.iter().filter_map(named).collect()
    }

    /// The releases that have a place in the stage, with weight 0 too.
    pub(crate) fn places(&self) -> impl Iterator<Item = &'p ReleaseId> {
        self.stage.weights().iter().filter_map(|(release, _)| self.id(*release))
    }

    /// How many of the viewers a release has, in percent.
    pub(crate) fn percent(&self, release: &ReleaseId) -> f64 {
        let weight = self.carrying().find(|(id, _)| *id == release).map_or(0, |(_, weight)| weight);
        f64::from(100 * u32::from(weight)) / f64::from(self.stage.total())
    }

    /// The releases besides the active one that carry weight now.
    pub(crate) fn candidates(&self) -> impl Iterator<Item = (&'p ReleaseId, u16)> {
        let active = self.active();
        self.carrying().filter(move |(id, _)| *id != active)
    }

    /// Whether one release has all traffic now.
    pub(crate) fn is_settled(&self) -> bool {
        self.candidates().next().is_none()
    }

    /// The lease, unless it has ended.
    pub(crate) fn lease(&self) -> Option<Lease> {
        self.plan.lease().filter(|lease| self.now < lease.until)
    }

    /// The lease, if it has ended.
    pub(crate) fn ended_lease(&self) -> Option<Lease> {
        self.plan.lease().filter(|lease| self.now >= lease.until)
    }

    /// The stages that will begin; none once the lease has ended.
    pub(crate) fn upcoming(&self) -> &'p [Stage] {
        match self.ended_lease() {
            Some(_) => &[],
            None => self.plan.stages().get(self.index + 1..).unwrap_or_default(),
        }
    }

    /// The index of the last stage that has begun by the clock: after a lease's end others than the one
    /// that applies.
    pub(crate) fn last_begun(&self) -> usize {
        match self.ended_lease() {
            Some(lease) => {
                let begun = |stage: &Stage| stage.from() < lease.until;
                self.plan.stages().iter().rposition(begun).unwrap_or(0)
            }
            None => self.index,
        }
    }

    /// The index of the last stage before `index` that has begun, with another active release than its.
    ///
    /// What such a stage gives is where a rollback without a name goes: the release that everybody had,
    /// or most, before the present one. A withdrawn release is never active, so it is never the one.
    pub(crate) fn before(&self, index: usize) -> Option<usize> {
        let stages = self.plan.stages();
        let active = stages.get(index)?.active();
        let other = |stage: &Stage| stage.from() <= self.now && stage.active() != active;
        stages.get(..index)?.iter().rposition(other)
    }

    /// The active release before the present one.
    pub(crate) fn previous(&self) -> Option<&'p ReleaseId> {
        let stage = self.plan.stages().get(self.before(self.index)?)?;
        Some(self.active_of(stage))
    }

    /// The release that everybody gets when the change under way is taken back: that of the lease, else
    /// the active one.
    pub(crate) fn stable(&self) -> &'p ReleaseId {
        let leased = self.lease().and_then(|lease| self.plan.stages().get(lease.otherwise));
        self.active_of(leased.unwrap_or(self.stage))
    }

    /// When the release at an index of the plan's releases last had weight.
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

    /// Whether a stage that applies or will gives the release at this index weight, that of a lease too.
    pub(crate) fn gives_weight(&self, release: usize) -> bool {
        let leased = self.lease().and_then(|lease| self.plan.stages().get(lease.otherwise));
        let mut stages = self.upcoming().iter().chain([self.stage]).chain(leased);
        stages.any(|stage| stage.weight_of(release) > 0)
    }
}
