use crate::{
    lookup::Refusal,
    plan::Plan,
    release::Release,
    stamp::{Assignment, Stamp},
    trail::{Step, Trail},
};

/// The plan that decides, and where it is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source<'p> {
    /// From the store, however old.
    Stored(&'p Plan),
    /// The configuration's, since none could be read from the store.
    Fallback(&'p Plan),
}

impl<'p> Source<'p> {
    /// The plan.
    #[must_use]
    pub fn plan(self) -> &'p Plan {
        match self {
            Self::Stored(plan) | Self::Fallback(plan) => plan,
        }
    }
}

/// The rule that won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A valid override.
    Override,
    /// The request names its release.
    Pin,
    /// The release cookie does.
    Sticky,
    /// The weights of the current stage.
    Stage,
    /// A crawler gets the active release.
    Crawler,
    /// There is no plan: the request leaves as it came.
    PassThrough,
}

impl Reason {
    /// One word for logs and headers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Override => "override",
            Self::Pin => "pin",
            Self::Sticky => "sticky",
            Self::Stage => "stage",
            Self::Crawler => "crawler",
            Self::PassThrough => "pass-through",
        }
    }
}

/// Which release a request gets, and why.
///
/// It borrows the plan alone: the request may be changed while it is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision<'p> {
    /// The plan's release; `None` passes the request through as it came.
    pub release: Option<&'p Release>,
    /// What a document's viewer is given; `None` for subresources, overrides and crawlers.
    pub assignment: Option<Assignment<'p>>,
    /// The rule that won.
    pub reason: Reason,
    /// The plan that decided.
    pub source: Option<Source<'p>>,
    /// The strongest pin of the request that names nothing that is served.
    pub ignored_pin: Option<Refusal>,
    /// Every rule that was tried.
    pub trail: Trail<'p>,
}

impl<'p> Decision<'p> {
    /// The value of `x-bluegreen-release`.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp<'p>> {
        match (self.assignment, self.release) {
            (Some(assignment), _) => Some(Stamp::Assigned(assignment)),
            (None, Some(release)) => Some(Stamp::Bare(release.id.as_str())),
            (None, None) => None,
        }
    }

    /// No rule has been tried yet.
    pub(crate) fn open(source: Option<Source<'p>>) -> Self {
        let mut trail = Trail::default();
        trail.push(Step::Plan(source));
        let reason = Reason::PassThrough;
        Self { release: None, assignment: None, reason, source, ignored_pin: None, trail }
    }

    pub(crate) fn settle(mut self, finding: Finding<'p>) -> Self {
        let Finding { release, assignment, reason } = finding;
        (self.release, self.assignment, self.reason) = (Some(release), assignment, reason);
        self
    }
}

/// What a rule that wins comes to.
#[derive(Clone, Copy)]
pub(crate) struct Finding<'p> {
    pub(crate) release: &'p Release,
    pub(crate) assignment: Option<Assignment<'p>>,
    pub(crate) reason: Reason,
}

impl<'p> Finding<'p> {
    /// One that leaves the viewer's cookie alone.
    pub(crate) fn unassigned(release: &'p Release, reason: Reason) -> Self {
        Self { release, assignment: None, reason }
    }
}
