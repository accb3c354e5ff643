use edge_time::Timestamp;
use plan_change::{Context, Document, GateTerms, Hold, Summary};
use routing_core::{Plan, ReleaseId};

use crate::change_due::WRITER;

/// A ramp that the guard holds: its release is on trial beside the stable one.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    /// The release on trial.
    pub release: ReleaseId,
    /// The release that everybody gets after a rollback.
    pub stable: ReleaseId,
    /// The beginning of the first stage of this ramp in which the release has a share. It can lie in the future.
    pub since: Timestamp,
    /// An alarm that went on before this time belongs to something else. None was on then.
    pub watched_from: Timestamp,
    /// The instructions of the one who started it.
    pub hold: Hold,
    pub(crate) summary: Summary,
}

impl Rollout {
    /// The ramp that the guard holds; `None` if there is none, or if its lease has ended.
    #[must_use]
    pub fn of(document: &Document, context: &Context) -> Option<Self> {
        let plan = document.plan();
        let lease = plan.lease().filter(|lease| context.now < lease.until)?;
        let summary = Summary::of(document, context);
        let hold = summary.lease.as_ref()?.guard.clone()?;
        let stable = plan.stages().get(lease.otherwise)?.active();
        let (index, stage) = plan.stage_at(context.now);
        let on_trial = |stage: &routing_core::Stage| {
            let mut carrying = stage.weights().iter().filter(|(_, weight)| *weight > 0);
            carrying.find(|(release, _)| *release != stable).map(|(release, _)| *release)
        };
        let later = plan.stages().get(index + 1..).unwrap_or_default();
        let release = on_trial(stage).or_else(|| later.iter().find_map(on_trial))?;
        let id = |index: usize| plan.releases().get(index).map(|release| release.id.clone());
        let since = began(plan, index, release)?;
        // A plan of an earlier version does not say when its alarms were checked.
        let watched_from = hold.watched_from.unwrap_or(since);
        let (release, stable) = (id(release)?, id(stable)?);
        Some(Self { release, stable, since, watched_from, hold, summary })
    }

    /// How the gate compares the release. `None` if the ramp has no gate, or if the release has no viewers yet.
    #[must_use]
    pub fn gate(&self) -> Option<&GateTerms> {
        let has_viewers = self.summary.percent(self.release.as_str()) > 0.0;
        self.hold.gate.as_ref().filter(|_| has_viewers)
    }

    /// Whether the guard itself has paused the ramp.
    #[must_use]
    pub fn holds_step(&self) -> bool {
        self.summary.paused_steps > 0 && self.hold.paused_by.as_deref() == Some(WRITER)
    }

    /// Whether the release has all traffic. There is nothing left to compare it with, and nothing to hold.
    pub(crate) fn has_all(&self) -> bool {
        self.summary.percent(self.release.as_str()) >= 100.0
    }

    /// Whether somebody has resumed the ramp in this step, so that the next one passes. In the next one, that is over.
    pub(crate) fn is_let_pass(&self) -> bool {
        let since = self.summary.since.map(|since| since.at);
        self.hold.let_pass.is_some_and(|let_pass| since.is_none_or(|since| since <= let_pass))
    }
}

/// The beginning of the series of stages, up to the one in force, in which a release has a share. If it has none yet,
/// the first stage that gives it one.
fn began(plan: &Plan, index: usize, release: usize) -> Option<Timestamp> {
    let stages = plan.stages();
    let has = |stage: &&routing_core::Stage| stage.weight_of(release) > 0;
    let begun = stages.get(..=index)?.iter().rev().take_while(has).last();
    let first = begun.or_else(|| stages.get(index + 1..)?.iter().find(has))?;
    Some(first.from())
}
