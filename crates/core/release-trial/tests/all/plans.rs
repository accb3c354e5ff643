//! Plans that are written in the tests.

use edge_time::Timestamp;
use observation::WrittenPlan;
use plan_format::ReleaseDefaults;
use release_trial::{NoTrial, Trial};
use routing_core::Plan;

/// A time of the day of the tests.
pub(crate) fn at(time: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-11-22T{time}Z")).unwrap()
}

/// A plan of three releases: its stages, each `10:00:00 old:90 new:10`, and its lease.
pub(crate) fn plan(stages: &[&str], lease: Option<&str>) -> Plan {
    let stage = |text: &&str| {
        let (from, weights) = text.split_once(' ').unwrap();
        let weights = weights.split(' ').map(|one| {
            let (release, weight) = one.split_once(':').unwrap();
            format!("[\"{release}\", {weight}]")
        });
        let weights: Vec<String> = weights.collect();
        format!(r#"{{ "from": "2026-11-22T{from}Z", "weights": [{}] }}"#, weights.join(", "))
    };
    let stages: Vec<String> = stages.iter().map(stage).collect();
    let lease =
        lease.map(|until| format!(r#", "lease": {{ "until": "2026-11-22T{until}Z", "else": 0 }}"#));
    let text = format!(
        r#"{{ "schema": 1, "revision": 1, "releases": {{ "old": {{}}, "new": {{}}, "other": {{}} }}, "rollout": "r1", "stages": [{}]{} }}"#,
        stages.join(", "),
        lease.unwrap_or_default()
    );
    plan_format::parse(&text, &ReleaseDefaults::default()).unwrap()
}

pub(crate) fn find(
    history: &[(&str, &Plan)],
    candidate: &str,
    now: &str,
) -> Result<Trial, NoTrial> {
    Trial::find(&written(history), candidate, at(now))
}

/// The versions of a history.
pub(crate) fn written(history: &[(&str, &Plan)]) -> Vec<WrittenPlan> {
    let written =
        |&(written, plan): &(&str, &Plan)| WrittenPlan { at: at(written), plan: plan.clone() };
    history.iter().map(written).collect()
}
