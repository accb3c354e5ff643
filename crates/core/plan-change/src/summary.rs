use std::collections::BTreeMap;

use edge_time::Timestamp;
use routing_core::{Lease, Plan, Release, Stage};
use serde::Serialize;

use crate::change::Context;
use crate::contracts::{Misfit, misfits, reached, state};
use crate::document::Document;
use crate::draft::Draft;
use crate::hold::Hold;
use crate::moment::Moment;
use crate::ramp::begins;
use crate::rollout::{back, has_viewers, may_go_back};
use crate::traffic::{Served, Traffic};

/// The traffic and the releases of a plan at one moment. `status` and the page of the local CloudFront show it.
///
/// As JSON: times in RFC 3339, shares in percent, durations in whole seconds. The text form has the same content.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The time of this summary.
    pub now: Moment,
    /// The revision of the plan.
    pub revision: u64,
    /// The id of the rollout.
    pub rollout: String,
    /// Whether a change is in progress.
    pub progress: Progress,
    /// The releases that new viewers get, the active one first.
    pub traffic: Vec<ReleaseShare>,
    /// The time since which the active release is active; `None` if the plan does not show it.
    pub active_since: Option<Moment>,
    /// The time since which the shares are unchanged; `None` if the plan does not show it.
    pub since: Option<Moment>,
    /// The number of the stage in force, from 1.
    pub stage: usize,
    /// The number of stages of this rollout.
    pub stages: usize,
    /// The stages that will begin, the next one first.
    pub upcoming: Vec<Upcoming>,
    /// The number of steps of a paused ramp that have not begun.
    pub paused_steps: usize,
    /// The time at which the first of them would have begun.
    #[serde(skip)]
    pub paused_from: Option<Timestamp>,
    /// The lease, even after its end.
    pub lease: Option<LeaseSummary>,
    /// The release that a rollback without a name goes to; `None` if a rollback must name one.
    pub rollback_to: Option<String>,
    /// The state, and which releases a rollback can reach on it; `None` if the plan has neither state nor needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contracts: Option<Contracts>,
    /// Registered releases that no viewer has been given.
    pub staged: Vec<String>,
    /// Releases without traffic that viewers with an older cookie may still have.
    pub draining: Vec<Draining>,
    /// Registered releases that no viewer can have any more.
    pub drained: Vec<String>,
    /// Releases that are never served.
    pub withdrawn: Vec<String>,
    /// The last change, if the plan has a note of it.
    pub last_change: Option<LastChange>,
}

/// Whether the traffic of a plan still changes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// One release has all traffic, and keeps it.
    Settled,
    /// Several releases share the traffic, and keep their shares.
    Canary,
    /// A stage will begin, or a lease will end.
    UnderWay,
    /// A ramp is paused until a user resumes it.
    Paused,
    /// A lease has ended, and traffic went back by itself.
    Lapsed,
}

/// A release and its share of the viewers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReleaseShare {
    pub release: String,
    /// The label for people.
    pub slot: Option<String>,
    /// The share in percent, above 0.
    pub percent: f64,
}

/// A stage that will begin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Upcoming {
    pub from: Moment,
    /// The seconds until then, rounded up.
    pub in_seconds: u64,
    /// The releases that new viewers will get, the active one first.
    pub traffic: Vec<ReleaseShare>,
}

/// The lease of a ramp.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeaseSummary {
    /// The end of the lease.
    pub until: Moment,
    /// The seconds until its end, rounded up; 0 after it.
    pub in_seconds: u64,
    /// The releases that new viewers get after it.
    pub otherwise: Vec<ReleaseShare>,
    /// The instructions for the guard, if it holds the ramp.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guard: Option<Hold>,
}

/// A release without traffic that viewers may still have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Draining {
    pub release: String,
    /// The time when the last cookie that may name it expires.
    pub until: Moment,
}

/// The versions of what releases share, and what they mean for the releases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contracts {
    /// The version of each state.
    pub state: BTreeMap<String, u64>,
    /// The releases that a rollback may name.
    pub rollback_reaches: Vec<String>,
    /// The release that a rollback without a name would go to, if it cannot run on the state.
    pub rollback_cut_off: Option<CutOff>,
    /// The other releases that cannot run on the state.
    pub cannot_run: Vec<CutOff>,
}

/// A release that cannot run on the state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CutOff {
    pub release: String,
    pub misfits: Vec<Misfit>,
}

/// The last change, as [`apply()`](crate::apply()) noted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastChange {
    pub at: Moment,
    /// The change: `canary 9f2c1e7 10 %`.
    pub what: String,
    pub by: Option<String>,
    pub why: Option<String>,
}

impl Summary {
    /// Summarises `document` at [`Context::now`].
    #[must_use]
    pub fn of(document: &Document, context: &Context) -> Self {
        let draft = Draft::of(document, context);
        let Traffic { plan, index, stage, .. } = draft.traffic;
        let upcoming = draft.traffic.upcoming().iter();
        let IdleReleases { staged, draining, drained } = IdleReleases::of(&draft);
        Self {
            now: draft.moment(context.now),
            revision: plan.revision(),
            rollout: plan.rollout().to_owned(),
            progress: progress(&draft),
            traffic: shares(plan, stage),
            active_since: active_since(&draft),
            since: since(&draft),
            stage: index + 1,
            stages: plan.stages().len(),
            upcoming: upcoming.map(|stage| Upcoming::of(stage, &draft)).collect(),
            paused_steps: draft.paused_steps(),
            paused_from: draft.body.paused().first().and_then(begins),
            lease: plan.lease().map(|lease| LeaseSummary::of(lease, &draft)),
            rollback_to: back(&draft).filter(|to| may_go_back(&draft, to)).map(ToString::to_string),
            contracts: Contracts::of(&draft),
            staged,
            draining,
            drained,
            withdrawn: plan.withdrawn().iter().map(ToString::to_string).collect(),
            last_change: LastChange::of(&draft),
        }
    }

    /// The share of a release, in percent.
    #[must_use]
    pub fn percent(&self, release: &str) -> f64 {
        let found = self.traffic.iter().find(|share| share.release == release);
        found.map_or(0.0, |share| share.percent)
    }
}

fn progress(draft: &Draft<'_>) -> Progress {
    let traffic = &draft.traffic;
    if traffic.ended_lease().is_some() {
        Progress::Lapsed
    } else if !traffic.upcoming().is_empty() || traffic.lease().is_some() {
        Progress::UnderWay
    } else if draft.is_paused() {
        Progress::Paused
    } else if traffic.is_settled() {
        Progress::Settled
    } else {
        Progress::Canary
    }
}

fn shares(plan: &Plan, stage: &Stage) -> Vec<ReleaseShare> {
    let share = |(index, weight): &(usize, u16)| {
        let release = plan.releases().get(*index).filter(|_| *weight > 0)?;
        let percent = 100.0 * f64::from(*weight) / f64::from(stage.total());
        Some(ReleaseShare { release: release.id.to_string(), slot: release.slot.clone(), percent })
    };
    stage.weights().iter().filter_map(share).collect()
}

/// The beginning of the first stage of the current series of stages with this active release.
fn active_since(draft: &Draft<'_>) -> Option<Moment> {
    let Traffic { plan, index, .. } = draft.traffic;
    let first = draft.traffic.before(index).map_or(0, |before| before + 1);
    known(draft, plan.stages().get(first)?.from())
}

fn since(draft: &Draft<'_>) -> Option<Moment> {
    let ended = draft.traffic.ended_lease().map(|lease| lease.until);
    known(draft, ended.unwrap_or(draft.traffic.stage.from()))
}

/// A time in the past that somebody wrote. The stage of bare release ids begins in 1970, which is not shown.
fn known(draft: &Draft<'_>, at: Timestamp) -> Option<Moment> {
    (at > Timestamp(0) && at <= draft.traffic.now).then(|| draft.moment(at))
}

/// The whole seconds from now until `at`, rounded up.
fn seconds_until(draft: &Draft<'_>, at: Timestamp) -> u64 {
    let milliseconds = at.0.saturating_sub(draft.traffic.now.0);
    u64::try_from(milliseconds).unwrap_or(0).div_ceil(1000)
}

impl Upcoming {
    fn of(stage: &Stage, draft: &Draft<'_>) -> Self {
        Self {
            from: draft.moment(stage.from()),
            in_seconds: seconds_until(draft, stage.from()),
            traffic: shares(draft.traffic.plan, stage),
        }
    }
}

impl LeaseSummary {
    fn of(lease: Lease, draft: &Draft<'_>) -> Self {
        let plan = draft.traffic.plan;
        let otherwise = plan.stages().get(lease.otherwise);
        Self {
            until: draft.moment(lease.until),
            in_seconds: seconds_until(draft, lease.until),
            otherwise: otherwise.map(|stage| shares(plan, stage)).unwrap_or_default(),
            guard: draft.held(),
        }
    }
}

impl Contracts {
    fn of(draft: &Draft<'_>) -> Option<Self> {
        let plan = draft.traffic.plan;
        let next = back(draft).filter(|next| !has_viewers(draft, next));
        let releases = plan.releases().iter().filter(|one| !plan.is_withdrawn(one.id.as_str()));
        let cut_off = |release: &Release| {
            let misfits = misfits(draft, release.id.as_str());
            (!misfits.is_empty()).then(|| CutOff { release: release.id.to_string(), misfits })
        };
        let (mut is_back, mut others) = (Vec::new(), Vec::new());
        for release in releases {
            let list = if next == Some(&release.id) { &mut is_back } else { &mut others };
            list.extend(cut_off(release));
        }
        let state: BTreeMap<String, u64> = state(&draft.body.top).into_iter().collect();
        let is_used = !state.is_empty() || !is_back.is_empty() || !others.is_empty();
        is_used.then(|| Self {
            state,
            rollback_reaches: reached(draft),
            rollback_cut_off: is_back.pop(),
            cannot_run: others,
        })
    }
}

impl LastChange {
    fn of(draft: &Draft<'_>) -> Option<Self> {
        let note = draft.noted()?;
        let (at, what) = (Timestamp::parse(&note.get::<String>("at")?).ok()?, note.get("what")?);
        Some(Self { at: draft.moment(at), what, by: note.get("by"), why: note.get("why") })
    }
}

/// The releases without traffic now or later, sorted by whether viewers may have them.
#[derive(Default)]
struct IdleReleases {
    staged: Vec<String>,
    draining: Vec<Draining>,
    drained: Vec<String>,
}

impl IdleReleases {
    fn of(draft: &Draft<'_>) -> Self {
        let plan = draft.traffic.plan;
        let mut idle = Self::default();
        for (index, release) in plan.releases().iter().enumerate() {
            let has_traffic = draft.traffic.gives_weight(index);
            if !has_traffic && !plan.is_withdrawn(release.id.as_str()) {
                idle.sort(release.id.to_string(), draft.body.served(&draft.traffic, index), draft);
            }
        }
        idle
    }

    fn sort(&mut self, release: String, served: Served, draft: &Draft<'_>) {
        match served {
            Served::Never | Served::Still => self.staged.push(release),
            Served::Until(until) => {
                let until = draft.moment(draft.context.drained(until));
                if until.at > draft.traffic.now {
                    self.draining.push(Draining { release, until });
                } else {
                    self.drained.push(release);
                }
            }
        }
    }
}
