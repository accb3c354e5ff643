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
    /// Read from the store, however old it is.
    Stored(&'p Plan),
    /// From the configuration, because none could be read from the store.
    Fallback(&'p Plan),
}

impl<'p> Source<'p> {
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
    /// The release cookie names a release that is served.
    Sticky,
    /// The weights of the current stage.
    Stage,
    /// A crawler gets the active release.
    Crawler,
    /// There is no plan: the request passes through unchanged.
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
/// It borrows only the plan, so the caller may change the request while it holds the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision<'p> {
    /// A release of the plan; `None` passes the request through unchanged.
    pub release: Option<&'p Release>,
    /// The assignment that a document gives its viewer; `None` for subresources, overrides and
    /// crawlers.
    pub assignment: Option<Assignment<'p>>,
    /// The rule that won.
    pub reason: Reason,
    /// The plan that decided.
    pub source: Option<Source<'p>>,
    /// Why the strongest of the pins that cannot be served was ignored.
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

    /// A decision for which no rule has been tried yet.
    pub(crate) fn open(source: Option<Source<'p>>) -> Self {
        let mut trail = Trail::default();
        trail.push(Step::Plan(source));
        let reason = Reason::PassThrough;
        Self { release: None, assignment: None, reason, source, ignored_pin: None, trail }
    }

    pub(crate) fn settle(&mut self, finding: Finding<'p>) {
        let Finding { release, assignment, reason } = finding;
        (self.release, self.assignment, self.reason) = (Some(release), assignment, reason);
    }
}

/// The winning rule's outcome.
#[derive(Clone, Copy)]
pub(crate) struct Finding<'p> {
    pub(crate) release: &'p Release,
    pub(crate) assignment: Option<Assignment<'p>>,
    pub(crate) reason: Reason,
}

impl<'p> Finding<'p> {
    /// An outcome that leaves the viewer's cookie as it is.
    pub(crate) fn unassigned(release: &'p Release, reason: Reason) -> Self {
        Self { release, assignment: None, reason }
    }
}
