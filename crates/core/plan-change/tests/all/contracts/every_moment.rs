//! No sequence of accepted changes gives a viewer a release outside its ranges: at no moment, at no edge location,
//! however late it reads the plan within the hard TTL.

use std::time::Duration;

use edge_time::Timestamp;
use plan_change::{Change, Context, Document, WayBack, When, apply};
use plan_format::{StateName, Versions};
use proptest::prelude::*;
use proptest::sample::select;
use routing_core::Stage;
use serde_json::{Map, Value, json};

use crate::properties::any;
use crate::support::{TEN, World, id, later, ramp, remove, rollback, rollback_to, state, withdraw};

const YEAR: u64 = 31_536_000;

/// What one version of the parameter was, and when it was written.
struct Written {
    at: Timestamp,
    document: Document,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_viewer_gets_a_release_outside_its_ranges(
        text in plan(),
        changes in prop::collection::vec((seconds(), change()), 1..40),
    ) {
        let mut world = World::new(&text);
        // Edge locations follow within this time, and begin stages by clocks without a fault.
        world.context.margin = Duration::ZERO;
        let mut written = vec![Written { at: TEN, document: world.document.clone() }];
        for (seconds, change) in changes {
            let until = later(world.context.now, seconds);
            check(&written, &world.context, world.context.now, until)?;
            world.context.now = until;
            if let Ok(changed) = apply(&world.document, &change, &world.context) {
                world.document = changed.document.clone();
                written.push(Written { at: until, document: changed.document });
            }
        }
        let now = world.context.now;
        check(&written, &world.context, now, later(now, YEAR))?;
    }
}

/// Some changes come while edge locations have not read the one before, some when all have.
pub(super) fn seconds() -> impl Strategy<Value = u64> {
    prop_oneof![0..40_u64, 60..200_u64]
}

/// Any change, and more often one that moves traffic or the state, of few releases and versions.
pub(super) fn change() -> impl Strategy<Value = Change> {
    let release = || select(&["a", "b", "c"][..]);
    let when = select(&[When::Now, When::NextFlip][..]);
    prop_oneof![
        6 => any::change(),
        5 => (0..4_u64).prop_map(|version| Change::SetState {
            name: state("db"),
            version,
            way_back: WayBack::GiveUp,
        }),
        4 => (release(), when).prop_map(|(release, at)| Change::Promote { id: id(release), at }),
        3 => Just(rollback()),
        2 => release().prop_map(rollback_to),
        2 => release().prop_map(|release| ramp(release, &["10", "100"])),
        1 => release().prop_map(withdraw),
        2 => release().prop_map(remove),
    ]
}

/// From `since` to just before `until`, everything that an edge location may serve can run on the state of the last
/// plan.
fn check(
    written: &[Written],
    context: &Context,
    since: Timestamp,
    until: Timestamp,
) -> Result<(), TestCaseError> {
    let last = &written.last().unwrap().document;
    for (index, version) in written.iter().enumerate() {
        let replaced = written.get(index + 1).map_or(Timestamp(i64::MAX), |next| next.at);
        let read_by = replaced.plus(context.hard_ttl);
        for at in moments(&version.document, since, until) {
            if at >= version.at && at < read_by {
                for release in carrying(&version.document, at) {
                    let needs = needs_of(last, &version.document, &release);
                    prop_assert!(
                        fits(&needs, &last.state()),
                        "{} is served at {} by the plan of {}: {:?}, {:?}\n{}",
                        release,
                        at,
                        version.at,
                        needs,
                        last.state(),
                        version.document.text()
                    );
                }
            }
        }
    }
    Ok(())
}

/// The moments at which an edge location with this plan begins to serve something else.
fn moments(document: &Document, since: Timestamp, until: Timestamp) -> Vec<Timestamp> {
    let plan = document.plan();
    let stages = plan.stages().iter().map(Stage::from);
    let lease = plan.lease().map(|lease| lease.until);
    let inside = stages.chain(lease).filter(|at| *at > since && *at < until);
    [since].into_iter().chain(inside).collect()
}

pub(super) fn carrying(document: &Document, at: Timestamp) -> Vec<String> {
    let plan = document.plan();
    let (_, stage) = plan.stage_at(at);
    let with_weight = stage.weights().iter().filter(|(_, weight)| *weight > 0);
    with_weight.map(|(index, _)| plan.releases()[*index].id.to_string()).collect()
}

/// The needs in the newest plan that has the release.
fn needs_of(last: &Document, own: &Document, id: &str) -> Vec<(String, Option<Versions>)> {
    let is_known = last.plan().releases().iter().any(|release| release.id.as_str() == id);
    if is_known { last.needs(id) } else { own.needs(id) }
}

fn fits(needs: &[(String, Option<Versions>)], state: &[(String, u64)]) -> bool {
    needs.iter().all(|(name, versions)| {
        let is = state.iter().find(|(known, _)| known == name);
        versions.zip(is).is_some_and(|(versions, (_, is))| versions.contains(*is))
    })
}

/// A plan of a, b and c with needs and a state on which each release with weight can run.
pub(super) fn plan() -> impl Strategy<Value = String> {
    let needs = [any::needs(), any::needs(), any::needs()];
    let later = prop::option::of((1..120_u64, 0..3_usize));
    (needs, prop::option::of((0..3_u64, 0..2_usize)), later, [any::version(), any::version()])
        .prop_map(|(needs, lease, next, [db, api])| {
            let mut releases = Map::new();
            for (id, needs) in ["a", "b", "c"].into_iter().zip(&needs) {
                releases.insert(
                    id.into(),
                    json!({ "prefix": format!("/{id}"), "needs": written(needs) }),
                );
            }
            let mut stages = vec![json!({ "from": "2026-11-22T09:00:00Z", "weights": [["a", 1]] })];
            if let Some((seconds, second)) = next {
                let from = crate::support::later(TEN, seconds).to_string();
                let second = ["b", "c", "b"][second];
                stages.push(json!({ "from": from, "weights": [["a", 1], [second, 1]] }));
            }
            let mut plan = json!({
                "schema": 1, "revision": 3, "rollout": "r2", "state": { "db": db, "api": api },
                "releases": releases, "stages": stages,
            });
            if let Some((minutes, _)) = lease {
                let until = crate::support::later(TEN, 60 * minutes).to_string();
                plan["lease"] = json!({ "until": until, "else": 0 });
            }
            plan.to_string()
        })
        .prop_filter("releases with weight can run", |text| {
            let document = crate::support::document(text);
            let (plan, state) = (document.plan(), document.state());
            let weights = plan.stages().iter().flat_map(Stage::weights);
            let mut served = weights.map(|(index, _)| plan.releases()[*index].id.as_str());
            served.all(|id| fits(&document.needs(id), &state))
        })
}

fn written(needs: &[(StateName, Versions)]) -> Value {
    let needs = needs.iter().map(|(name, versions)| (name.to_string(), json!(versions)));
    Value::Object(needs.collect())
}
