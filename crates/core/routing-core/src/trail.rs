use std::fmt;

use crate::{
    decision::Source, force::OverrideState, lookup::Refusal, plan::Plan, release::Release,
    roll::Roll, stage::Stage,
};

/// The plan, the override, three pins, two cookies, the crawler or the movement, the stage.
const MAX_STEPS: usize = 9;

/// Every rule that was tried, in order, with its outcome: one line each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trail<'p> {
    steps: [Option<Step<'p>>; MAX_STEPS],
}

impl<'p> Trail<'p> {
    /// The steps, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Step<'p>> {
        self.steps.iter().flatten()
    }

    pub(crate) fn push(&mut self, step: Step<'p>) {
        if let Some(free) = self.steps.iter_mut().find(|place| place.is_none()) {
            *free = Some(step);
        }
    }
}

impl fmt::Display for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{step}")?;
        }
        Ok(())
    }
}

/// A rule that was tried, with its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'p> {
    /// The plan that decides, if there is any.
    Plan(Option<Source<'p>>),
    /// The override rule.
    Override(OverrideState<'p>),
    /// The request names no release.
    NoPin,
    /// The request names a release that is served.
    Pinned(&'p Release),
    /// The request names a release that cannot be served.
    IgnoredPin(Refusal),
    /// There is no release cookie.
    NoCookie,
    /// The release cookie names a release that is served.
    Cookie(Held<'p>),
    /// A release cookie names a release that cannot be served.
    IgnoredCookie(Refusal),
    /// The User-Agent is a crawler's.
    Crawler,
    /// The viewer's cookie is from the current rollout.
    Movement(Movement<'p>),
    /// The weights of a stage.
    Stage(Drawn<'p>),
}

/// The content of a release cookie, looked up in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held<'p> {
    /// The release.
    pub release: &'p Release,
    /// Its index in [`Plan::releases`].
    pub index: usize,
    /// The stage of the current rollout that gave it; `None` if the cookie names no such stage.
    pub given_at: Option<GivenAt<'p>>,
}

/// A stage of the current rollout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenAt<'p> {
    /// The rollout's id.
    pub rollout: &'p str,
    /// The stage's index.
    pub index: usize,
    pub stage: &'p Stage,
}

/// How likely a viewer stays on its release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement<'p> {
    /// The release the viewer is on.
    pub release: &'p Release,
    /// The part of `total` that stays.
    pub stay: u64,
    /// See [`crate::Shares::total`].
    pub total: u64,
}

/// A release taken from the weights of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn<'p> {
    pub plan: &'p Plan,
    /// The current stage's index.
    pub index: usize,
    /// The current stage.
    pub stage: &'p Stage,
    /// The roll of the draw; `None` if only one release was possible.
    pub roll: Option<Roll>,
    /// The release that came out.
    pub release: &'p Release,
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan(None) => f.write_str("plan: none is readable, pass-through"),
            Self::Plan(Some(Source::Stored(plan))) => {
                write!(f, "plan: revision {}", plan.revision())
            }
            Self::Plan(Some(Source::Fallback(plan))) => {
                write!(f, "plan: the configuration's fallback, revision {}", plan.revision())
            }
            Self::Override(OverrideState::None) => f.write_str("override: none"),
            Self::Override(OverrideState::InForce(force)) => {
                write!(f, "override: {}", force.release.id)
            }
            Self::Override(OverrideState::Invalid(problem)) => {
                write!(f, "override: invalid, {problem}")
            }
            Self::NoPin => f.write_str("pin: none"),
            Self::Pinned(release) => write!(f, "pin: {}", release.id),
            Self::IgnoredPin(refusal) => write!(f, "pin: {refusal}"),
            Self::NoCookie => f.write_str("cookie: none"),
            Self::Cookie(held) => write!(f, "cookie: {held}"),
            Self::IgnoredCookie(refusal) => write!(f, "cookie: {refusal}"),
            Self::Crawler => f.write_str("crawler: gets the active release"),
            Self::Movement(movement) => write!(f, "movement: {movement}"),
            Self::Stage(drawn) => drawn.fmt(f),
        }
    }
}

impl fmt::Display for Held<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.given_at {
            Some(GivenAt { rollout, index, .. }) => {
                write!(f, "{} from stage {index} of {rollout}", self.release.id)
            }
            None => write!(f, "{} from no stage of this rollout", self.release.id),
        }
    }
}

impl fmt::Display for Movement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stays = self.stay as f64 / self.total as f64;
        write!(f, "stay on {} with probability {stays:.4}", self.release.id)
    }
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stage {} of {}:", self.index, self.plan.rollout())?;
        for (index, weight) in self.stage.weights() {
            if let Some(release) = self.plan.releases().get(*index) {
                write!(f, " {} {weight},", release.id)?;
            }
        }
        match self.roll {
            Some(roll) => write!(f, " roll {roll} -> {}", self.release.id),
            None => write!(f, " no draw -> {}", self.release.id),
        }
    }
}
