//! The second attempt of an origin group.

use edge_time::Timestamp;
use routing_core::{Lease, Plan, PlanParts, other_release};

use crate::support::{parts, plan, plan_without};

#[test]
fn the_second_attempt_serves_another_release() {
    let canary = plan(&["x", "old", "new", "dark"], &[&[("old", 90), ("new", 10)]]);
    let promoted = plan(
        &["x", "old", "new", "dark"],
        &[&[("old", 100)], &[("old", 90), ("new", 10)], &[("new", 100)]],
    );
    let flipped = plan(&["x", "old", "new", "dark"], &[&[("old", 0), ("new", 100)]]);
    let gone = plan_without(&["old"], &["x", "old", "new"], &[&[("old", 0), ("new", 100)]]);
    let rolled_back = plan(&["old", "new"], &[&[("old", 100), ("new", 0)]]);
    let three = plan(&["a", "b", "c", "d"], &[&[("a", 8), ("c", 1), ("b", 1)]]);
    let alone = plan(&["old"], &[&[("old", 1)]]);
    let only_one_left = plan_without(&["old"], &["old", "new"], &[&[("new", 1)]]);
    let table: &[(&str, &Plan, &str, i64, Option<&str>)] = &[
        ("a candidate's is the active one", &canary, "new", 0, Some("old")),
        ("the active one's is the candidate", &canary, "old", 0, Some("new")),
        ("a staged one's is the active one", &canary, "dark", 0, Some("old")),
        ("an unknown one's is the active one", &canary, "nope", 0, Some("old")),
        ("before the canary", &promoted, "old", 0, Some("dark")),
        ("after the promotion, from the stage before", &promoted, "new", 2, Some("old")),
        ("weight 0 counts", &flipped, "new", 0, Some("old")),
        ("after a rollback", &rolled_back, "old", 0, Some("new")),
        ("the newest of several", &three, "a", 0, Some("c")),
        ("a withdrawn one does not count", &gone, "new", 0, Some("x")),
        ("no other", &alone, "old", 0, None),
        ("no other that is served", &only_one_left, "new", 0, None),
    ];
    for (name, plan, id, now, expected) in table {
        let other = other_release(plan, id, Timestamp(*now));
        assert_eq!(other.map(|release| release.id.as_str()), *expected, "{name}");
    }
}

#[test]
fn after_the_lease_it_is_seen_from_its_stage() {
    let lease = Some(Lease { until: Timestamp(5), otherwise: 0 });
    let stages: &[&[(&str, u32)]] = &[&[("old", 100)], &[("old", 0), ("new", 100)]];
    let plan = Plan::try_new(PlanParts { lease, ..parts(&["old", "new"], stages) }).unwrap();
    let other = |id, now| other_release(&plan, id, Timestamp(now)).unwrap().id.to_string();
    assert_eq!((other("old", 4), other("new", 4)), ("new".into(), "old".into()));
    assert_eq!((other("old", 5), other("new", 5)), ("new".into(), "old".into()));
}
