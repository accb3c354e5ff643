use cloudfront_sim::{EdgeLocation, ObjectSummary};
use edge_time::Timestamp;
use plan_change::{ReleaseShare, Summary};
use routing_core::{Plan, Release};
use serde::Serialize;
use ssm_sim::{ActiveFault, Fault};

use super::api::Refused;
use super::desk::{Desk, Previews};
use super::known::Known;
use super::lasting::lasting;
use super::spans::Span;

/// Objects of one cache that are listed.
const LISTED: usize = 200;

/// Everything that the page shows but the requests.
#[derive(Debug, Serialize)]
pub(super) struct State {
    /// The application's name.
    name: String,
    /// Milliseconds since 1970.
    now: i64,
    plan: PlanState,
    releases: Vec<ReleaseState>,
    edges: Vec<EdgeState>,
    /// The kinds of faults in force.
    pub(super) faults: Vec<String>,
    /// When the caches are emptied, if a change of the plan needs it; milliseconds since 1970.
    invalidates: Option<i64>,
    /// Whether there are preview links.
    previews: bool,
    spans: Vec<Span>,
}

/// The plan as people think of it.
#[derive(Debug, Default, Serialize)]
struct PlanState {
    /// Who gets what now.
    headline: String,
    /// Why there is no plan, and what goes on without one.
    problem: Option<String>,
    /// Why the traffic cannot go back.
    no_rollback: Option<String>,
    /// Whether there is a good plan to write again instead.
    restorable: bool,
    /// What `status` says of it, as name and value.
    lines: Vec<(String, String)>,
    /// The parameter's text.
    text: Option<String>,
    /// The parameter's version.
    version: Option<u64>,
}

/// A release of the plan.
#[derive(Debug, Serialize)]
struct ReleaseState {
    id: String,
    slot: Option<String>,
    state: &'static str,
    /// Of new viewers, 0 to 1.
    share: f64,
    servable: bool,
}

/// An edge location, and what is in its cache.
#[derive(Debug, Serialize)]
struct EdgeState {
    code: String,
    url: String,
    /// What its functions know of the plan.
    known: Vec<Known>,
    total: usize,
    objects: Vec<ObjectState>,
}

#[derive(Debug, Serialize)]
struct ObjectState {
    path: String,
    key: String,
    status: u16,
    /// The time since the origin gave or confirmed it.
    age: String,
    /// How long it is fresh, from then on.
    ttl: String,
}

impl Desk {
    /// The state now.
    pub(super) fn state(&self) -> State {
        let context = self.context();
        let document = self.document();
        let summary = document.as_ref().ok().map(|(document, _)| Summary::of(document, &context));
        State {
            name: self.config.name.clone(),
            now: context.now.0,
            plan: self.plan_state(summary.as_ref(), document.as_ref().err()),
            releases: document
                .ok()
                .zip(summary)
                .map_or_else(Vec::new, |((document, _), summary)| {
                    releases(document.plan(), &summary)
                }),
            edges: self.edges(context.now),
            faults: self.faults(),
            invalidates: self.invalidates().map(|at| at.0),
            previews: match self.previews {
                Previews::Signed(_) => true,
                Previews::Off => false,
            },
            spans: self.history.journal.spans().until(context.now),
        }
    }

    fn plan_state(&self, summary: Option<&Summary>, problem: Option<&Refused>) -> PlanState {
        let current = self.parameters.current();
        PlanState {
            headline: summary.map(|summary| headline(&summary.traffic)).unwrap_or_default(),
            problem: problem.map(in_words),
            no_rollback: self.no_rollback(),
            restorable: problem.is_some() && !self.plans().is_empty(),
            lines: summary.map(lines).unwrap_or_default(),
            version: current.as_ref().map(|parameter| parameter.version),
            text: current.map(|parameter| parameter.value),
        }
    }

    fn edges(&self, now: Timestamp) -> Vec<EdgeState> {
        self.addresses.urls().map(|(edge, url)| self.edge(edge, url, now)).collect()
    }

    fn edge(&self, edge: &EdgeLocation, url: String, now: Timestamp) -> EdgeState {
        let objects = self.cloudfront.objects(edge);
        EdgeState {
            code: edge.0.clone(),
            url,
            known: self.known(edge),
            total: objects.len(),
            objects: objects
                .into_iter()
                .take(LISTED)
                .map(|one| ObjectState::of(one, now))
                .collect(),
        }
    }

    fn faults(&self) -> Vec<String> {
        let in_force = self.parameters.read_faults().next().map(|switch| switch.in_force());
        in_force.unwrap_or_default().iter().map(|ActiveFault { fault, .. }| kind(fault)).collect()
    }
}

impl ObjectState {
    fn of(object: ObjectSummary, Timestamp(now): Timestamp) -> Self {
        let ObjectSummary { key, path, status, confirmed, ttl, .. } = object;
        let age = u64::try_from(now - confirmed.0).unwrap_or(0) / 1000;
        Self { path, key, status, age: lasting(age), ttl: lasting(ttl.as_secs()) }
    }
}

/// The name that the fault has on the wire.
fn kind(fault: &Fault) -> String {
    let json = serde_json::to_value(fault).unwrap_or_default();
    json.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned()
}

fn in_words(Refused { error, hint, .. }: &Refused) -> String {
    hint.as_ref().map_or_else(|| error.clone(), |hint| format!("{error}: {hint}"))
}

/// `41ab03d (blue) 90 %, 9f2c1e7 (green) 10 %`
fn headline(traffic: &[ReleaseShare]) -> String {
    traffic.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The summary's text form, line by line; a line without a name goes on with the one before.
fn lines(summary: &Summary) -> Vec<(String, String)> {
    let text = summary.to_string();
    let line = |line: &str| {
        let (name, value) = line.split_once(' ').unwrap_or((line, ""));
        (name.to_owned(), value.trim_start().to_owned())
    };
    text.lines().map(line).collect()
}

fn releases(plan: &Plan, summary: &Summary) -> Vec<ReleaseState> {
    plan.releases().iter().rev().map(|release| ReleaseState::of(plan, summary, release)).collect()
}

impl ReleaseState {
    fn of(plan: &Plan, summary: &Summary, release: &Release) -> Self {
        let id = release.id.as_str();
        let place = summary.traffic.iter().position(|share| share.release == id);
        let share =
            place.and_then(|place| summary.traffic.get(place)).map_or(0.0, |share| share.percent);
        let servable = plan.servable(id).is_some();
        let state = match place {
            _ if !servable => "withdrawn",
            Some(0) => "active",
            Some(_) => "canary",
            None if summary.draining.iter().any(|one| one.release == id) => "draining",
            None => "staged",
        };
        Self { id: id.into(), slot: release.slot.clone(), state, share: share / 100.0, servable }
    }
}
