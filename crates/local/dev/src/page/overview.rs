use cloudfront_sim::{EdgeLocation, ObjectSummary};
use edge_time::Timestamp;
use plan_change::{ReleaseShare, Summary};
use plan_format::Refresh;
use routing_core::{Plan, Release};
use serde::Serialize;

use std::sync::Arc;

use super::alarms::AlarmOverview;
use super::balancers::BalancerState;
use super::duration_text::duration_text;
use super::function_plan::FunctionPlan;
use super::guard::GuardState;
use super::json::ApiError;
use super::numbers::{AccessLog, OfRelease};
use super::page_state::PageState;
use super::spans::Span;
use crate::project::{Previews, ProjectKind};
use axum::Json;
use axum::extract::State;

/// The most objects of one cache in the list.
const LISTED: usize = 200;

/// Everything that the page shows, except the requests.
#[derive(Debug, Serialize)]
pub(super) struct Overview {
    /// The application's name.
    name: String,
    /// Milliseconds since 1970.
    now: i64,
    plan: PlanState,
    releases: Vec<ReleaseState>,
    edges: Vec<EdgeState>,
    /// The load balancers of the followers, if they run here.
    balancers: Vec<BalancerState>,
    guard: GuardState,
    alarms: Vec<AlarmOverview>,
    /// The kinds of faults in force.
    faults: Vec<String>,
    /// When a change of the plan will empty the caches, in milliseconds since 1970.
    invalidates: Option<i64>,
    /// Whether preview links can be made.
    previews: bool,
    spans: Vec<Span>,
    /// What the access log says of each release, if there is one.
    numbers: Option<Vec<OfRelease>>,
}

/// The plan, for people.
#[derive(Debug, Default, Serialize)]
struct PlanState {
    /// The traffic now: `41ab03d (blue) 90 %, 9f2c1e7 (green) 10 %`.
    headline: String,
    /// Why there is no valid plan, and what edge locations do without one.
    problem: Option<String>,
    /// Why a rollback is refused.
    no_rollback: Option<String>,
    /// The release that a rollback without a name goes to.
    rollback_to: Option<String>,
    /// How long a change takes, and why it is faster here than in production.
    ttl: String,
    /// Whether the parameter is broken and the last good plan can be written again.
    restorable: bool,
    /// The output of `edgeswitch status`, as names and values.
    lines: Vec<(String, String)>,
    /// The text of the parameter.
    text: Option<String>,
    version: Option<u64>,
}

/// One row in the table of releases.
#[derive(Debug, Serialize)]
struct ReleaseState {
    /// Its place in the plan. The oldest release has 0.
    number: usize,
    id: String,
    slot: Option<String>,
    state: ReleaseStanding,
    /// The share of new viewers, 0 to 1.
    share: f64,
    servable: bool,
}

/// What a release is in the plan, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
enum ReleaseStanding {
    Active,
    Canary,
    Staged,
    Draining,
    Withdrawn,
}

/// An edge location with its cache.
#[derive(Debug, Serialize)]
struct EdgeState {
    code: String,
    url: String,
    /// The plan that each of its functions has.
    known: Vec<FunctionPlan>,
    total: usize,
    objects: Vec<ObjectState>,
}

#[derive(Debug, Serialize)]
struct ObjectState {
    path: String,
    key: String,
    status: u16,
    /// The time since the origin sent or confirmed the object.
    age: String,
    /// How long it stays fresh, counted from then.
    ttl: String,
}

/// `GET /state`.
pub(super) async fn current(State(page): State<Arc<PageState>>) -> Json<Overview> {
    Json(page.overview())
}

impl PageState {
    pub(super) fn overview(&self) -> Overview {
        let running = self.running();
        let context = self.context();
        let document = self.document();
        let summary = document.as_ref().ok().map(|(document, _)| Summary::of(document, &context));
        Overview {
            name: running.config.name.clone(),
            now: context.now.0,
            plan: self.plan_state(summary.as_ref(), document.as_ref().err()),
            releases: document
                .ok()
                .zip(summary)
                .map_or_else(Vec::new, |((document, _), summary)| {
                    releases(document.plan(), &summary)
                }),
            edges: self.edges(context.now),
            balancers: self.balancers(),
            guard: self.guard(context.now),
            alarms: self.alarms(context.now),
            faults: self.faults(),
            invalidates: self.invalidates().map(|at| at.0),
            previews: match running.previews {
                Previews::Signed(_) => true,
                Previews::Off => false,
            },
            spans: self.history.journal.spans().until(context.now),
            numbers: self.log.as_ref().map(AccessLog::numbers),
        }
    }

    fn plan_state(&self, summary: Option<&Summary>, problem: Option<&ApiError>) -> PlanState {
        let current = self.parameter.current();
        PlanState {
            headline: summary.map(|summary| headline(&summary.traffic)).unwrap_or_default(),
            problem: problem.map(in_words),
            no_rollback: self.no_rollback(),
            rollback_to: summary.and_then(|summary| summary.rollback_to.clone()),
            ttl: self.ttl(),
            restorable: problem.is_some() && self.history.plans.last_good().is_some(),
            lines: summary.map(lines).unwrap_or_default(),
            version: current.as_ref().map(|parameter| parameter.version),
            text: current.map(|parameter| parameter.value),
        }
    }

    fn ttl(&self) -> String {
        let Refresh { soft_ttl, hard_ttl, .. } = self.running().config.refresh;
        let (soft, hard) = (soft_ttl.as_secs(), hard_ttl.as_secs());
        let takes = format!(
            "A function reads the plan again when it is {soft} s old, the soft TTL. A change is in force \
             everywhere within {hard} s, the hard TTL."
        );
        match self.kind {
            ProjectKind::Own => takes,
            ProjectKind::Sample => {
                let usual = Refresh::default();
                let (soft, hard) = (usual.soft_ttl.as_secs(), usual.hard_ttl.as_secs());
                format!(
                    "{takes} The sample has short TTLs so that you need not wait; the defaults are \
                     {soft} s and {hard} s."
                )
            }
        }
    }

    fn edges(&self, now: Timestamp) -> Vec<EdgeState> {
        self.addresses.urls().map(|(edge, url)| self.edge(edge, url, now)).collect()
    }

    fn edge(&self, edge: &EdgeLocation, url: String, now: Timestamp) -> EdgeState {
        let objects = self.running().cloudfront.objects(edge);
        EdgeState {
            code: edge.0.clone(),
            url,
            known: self.function_plans(edge),
            total: objects.len(),
            objects: objects
                .into_iter()
                .take(LISTED)
                .map(|one| ObjectState::of(one, now))
                .collect(),
        }
    }
}

impl ObjectState {
    fn of(object: ObjectSummary, Timestamp(now): Timestamp) -> Self {
        let ObjectSummary { key, path, status, confirmed, ttl, .. } = object;
        let age = u64::try_from(now - confirmed.0).unwrap_or(0) / 1000;
        Self { path, key, status, age: duration_text(age), ttl: duration_text(ttl.as_secs()) }
    }
}

fn in_words(ApiError { error, hint, .. }: &ApiError) -> String {
    hint.as_ref().map_or_else(|| error.clone(), |hint| format!("{error}: {hint}"))
}

/// `41ab03d (blue) 90 %, 9f2c1e7 (green) 10 %`
fn headline(traffic: &[ReleaseShare]) -> String {
    traffic.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The summary's text, line by line. A line that continues the one before has an empty name.
fn lines(summary: &Summary) -> Vec<(String, String)> {
    let line = |line: String| {
        let (name, value) = line.split_once(' ').unwrap_or((&line, ""));
        (name.to_owned(), value.trim_start().to_owned())
    };
    summary.lines().into_iter().map(line).collect()
}

/// The active release first, then those with traffic, then the others, the newest first.
fn releases(plan: &Plan, summary: &Summary) -> Vec<ReleaseState> {
    let all = plan.releases().iter().enumerate().rev();
    let mut releases: Vec<_> =
        all.map(|(number, release)| ReleaseState::of(plan, summary, number, release)).collect();
    releases.sort_by_key(|release| release.state);
    releases
}

impl ReleaseState {
    fn of(plan: &Plan, summary: &Summary, number: usize, release: &Release) -> Self {
        let id = release.id.as_str();
        let place = summary.traffic.iter().position(|share| share.release == id);
        let servable = plan.servable(id).is_some();
        let state = match place {
            _ if !servable => ReleaseStanding::Withdrawn,
            Some(0) => ReleaseStanding::Active,
            Some(_) => ReleaseStanding::Canary,
            None if summary.draining.iter().any(|one| one.release == id) => {
                ReleaseStanding::Draining
            }
            None => ReleaseStanding::Staged,
        };
        Self {
            number,
            id: id.into(),
            slot: release.slot.clone(),
            state,
            share: summary.percent(id) / 100.0,
            servable,
        }
    }
}
