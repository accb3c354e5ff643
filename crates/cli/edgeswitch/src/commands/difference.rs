use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use edge_time::Timestamp;
use plan_change::{Document, Moment};
use routing_core::{Plan, Release, ReleaseId, Stage};
use serde_json::Value;
use similar::TextDiff;

/// The differences between two plans, in words.
pub(crate) fn words(old: &Document, new: &Document) -> Vec<String> {
    let (before, after) = (old.plan(), new.plan());
    let mut words = state(old, new);
    words.extend(releases(old, new));
    words.extend(withdrawn(before, after));
    words.extend(stages(before, after));
    if before.lease() != after.lease() {
        words.push(format!("lease: {} -> {}", lease(before), lease(after)));
    }
    if words.is_empty() {
        words.push("releases and traffic are the same".into());
    }
    words
}

/// The differences between two texts, in the format of `diff -u`. JSON is first split into a line per value.
pub(crate) fn lines(before: &str, after: &str) -> String {
    let (before, after) = (pretty(before), pretty(after));
    TextDiff::from_lines(&before, &after).unified_diff().context_radius(3).to_string()
}

fn pretty(text: &str) -> String {
    let value = serde_json::from_str::<Value>(text);
    let pretty = value.and_then(|value| serde_json::to_string_pretty(&value));
    pretty.unwrap_or_else(|_| text.to_owned()) + "\n"
}

/// `state orders-db: 4 -> 5`.
fn state(before: &Document, after: &Document) -> Vec<String> {
    let [before, after] = [before, after].map(|document| BTreeMap::from_iter(document.state()));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let version = |version: Option<&u64>| version.map_or("none".into(), ToString::to_string);
    let changed = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    let words = changed.map(|name| {
        format!("state {name}: {} -> {}", version(before.get(name)), version(after.get(name)))
    });
    words.collect()
}

fn releases(old: &Document, new: &Document) -> Vec<String> {
    let (before, after) = (old.plan(), new.plan());
    let find = |plan: &Plan, release: &Release| {
        plan.releases().iter().find(|other| other.id == release.id).cloned()
    };
    let mut words = Vec::new();
    for release in after.releases() {
        match find(before, release) {
            None => words.push(format!("release {} is registered", release.id)),
            Some(known) if known != *release || has_other_needs(old, new, &release.id) => {
                words.push(format!("release {} is changed", release.id));
            }
            Some(_) => {}
        }
    }
    let gone = before.releases().iter().filter(|release| find(after, release).is_none());
    words.extend(gone.map(|release| format!("release {} is removed", release.id)));
    words
}

fn has_other_needs(old: &Document, new: &Document, id: &ReleaseId) -> bool {
    old.needs(id.as_str()) != new.needs(id.as_str())
}

fn withdrawn(before: &Plan, after: &Plan) -> Vec<String> {
    let new = after.withdrawn().iter().filter(|id| !before.is_withdrawn(id.as_str()));
    let back = before.withdrawn().iter().filter(|id| !after.is_withdrawn(id.as_str()));
    let new = new.map(|id| format!("release {id} is withdrawn"));
    new.chain(back.map(|id| format!("release {id} is no longer withdrawn"))).collect()
}

/// The stages that only one of the plans has.
fn stages(before: &Plan, after: &Plan) -> Vec<String> {
    let all =
        |plan: &Plan| -> Vec<String> { plan.stages().iter().map(|one| stage(plan, one)).collect() };
    let (before, after) = (all(before), all(after));
    let gone = before.iter().filter(|one| !after.contains(one)).map(|one| format!("- {one}"));
    let new = after.iter().filter(|one| !before.contains(one)).map(|one| format!("+ {one}"));
    gone.chain(new).collect()
}

/// `from 2026-11-22 10:00:45 UTC: 41ab03d 90, 9f2c1e7 10`.
fn stage(plan: &Plan, stage: &Stage) -> String {
    let mut words = format!("from {}:", dated(stage.from()));
    let weights = stage.weights().iter();
    let named = weights.filter_map(|(index, weight)| Some((plan.releases().get(*index)?, weight)));
    for (position, (release, weight)) in named.enumerate() {
        let comma = if position == 0 { "" } else { "," };
        let _ = write!(words, "{comma} {} {weight}", release.id);
    }
    words
}

fn lease(plan: &Plan) -> String {
    plan.lease().map_or("none".into(), |lease| format!("until {}", dated(lease.until)))
}

/// A moment that is printed with its date even if it is today.
pub(crate) fn dated(at: Timestamp) -> Moment {
    Moment { at, now: Timestamp(i64::MIN) }
}
