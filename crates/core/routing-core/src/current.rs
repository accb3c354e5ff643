use edge_time::Timestamp;

use crate::{
    classify::Kind,
    decision::{Finding, Reason},
    movement::Shares,
    plan::Plan,
    release::Release,
    roll::Roll,
    stage::Stage,
    stamp::Assignment,
    trail::{Drawn, Step, Trail},
};

/// The stage that applies.
pub(crate) struct Current<'p> {
    plan: &'p Plan,
    pub(crate) index: usize,
    pub(crate) stage: &'p Stage,
}

impl<'p> Current<'p> {
    pub(crate) fn of(plan: &'p Plan, now: Timestamp) -> Self {
        let (index, stage) = plan.stage_at(now);
        Self { plan, index, stage }
    }

    /// The active release, without a draw.
    pub(crate) fn active(&self, trail: &mut Trail<'p>) -> &'p Release {
        self.record(self.stage.active(), None, trail)
    }

    /// The release that `roll` leads to. If only one release is possible, no roll is made.
    pub(crate) fn draw(
        &self,
        shares: &Shares,
        roll: impl FnOnce() -> Roll,
        trail: &mut Trail<'p>,
    ) -> &'p Release {
        match shares.certain() {
            Some(release) => self.record(release, None, trail),
            None => {
                let roll = roll();
                self.record(shares.pick(roll), Some(roll), trail)
            }
        }
    }

    fn record(&self, release: usize, roll: Option<Roll>, trail: &mut Trail<'p>) -> &'p Release {
        let Self { plan, index, stage } = *self;
        let release = plan.release_at(release);
        trail.push(Step::Stage(Drawn { plan, index, stage, roll, release }));
        release
    }

    /// The outcome of the stage rule: a document assigns its release to the viewer.
    pub(crate) fn give(&self, kind: Kind, release: &'p Release) -> Finding<'p> {
        let (rollout, stage) = (self.plan.rollout(), self.index);
        let assignment = match kind {
            Kind::Document => Some(Assignment { release: release.id.as_str(), rollout, stage }),
            Kind::Subresource => None,
        };
        Finding { release, assignment, reason: Reason::Stage }
    }
}
