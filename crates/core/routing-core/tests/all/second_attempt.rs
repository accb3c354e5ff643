//! The second attempt of an origin group: where a page that is still open finds its chunk.

use std::time::Duration;

use edge_time::Timestamp;
use routing_core::{Lease, Plan, PlanParts, ReleaseId, second_attempt};

use crate::support::{Weights, parts, plan, plan_without};

/// How long cookies live, in milliseconds.
const LIVE: i64 = 10;

/// A plan some of whose releases have lost their traffic, and when their last cookies end.
fn drained(until: &[(&str, i64)], withdrawn: &[&str], stages: &[Weights<'_>]) -> Plan {
    let mut parts = parts(&["a", "b", "c", "dark"], stages);
    for release in &mut parts.releases {
        let end = until.iter().find(|(id, _)| *id == release.id.as_str());
        release.served_until = end.map(|(_, at)| Timestamp(*at - LIVE));
    }
    let withdrawn = withdrawn.iter().map(|id| ReleaseId::parse(id).unwrap()).collect();
    Plan::try_new(PlanParts { withdrawn, ..parts }).unwrap()
}

fn found(plan: &Plan, id: &str, now: i64) -> Option<String> {
    let live = Duration::from_millis(LIVE.unsigned_abs());
    second_attempt(plan, id, live, Timestamp(now)).map(|release| release.id.to_string())
}

/// Name, plan, the release that lacks the file, the moment, the release that is asked.
type Row<'a> = (&'a str, &'a Plan, &'a str, i64, Option<&'a str>);

fn check(rows: &[Row<'_>]) {
    for (name, plan, id, now, expected) in rows {
        assert_eq!(found(plan, id, *now).as_deref(), *expected, "{name}");
    }
}

#[test]
fn it_asks_a_release_that_viewers_can_have() {
    let canary = plan(&["x", "old", "new", "dark"], &[&[("old", 90), ("new", 10)]]);
    let promoted = plan(
        &["x", "old", "new", "dark"],
        &[&[("old", 100)], &[("old", 90), ("new", 10)], &[("new", 100)]],
    );
    let three = plan(&["a", "b", "c", "d"], &[&[("a", 8), ("c", 1), ("b", 1)]]);
    let twice = plan(&["a", "b", "c"], &[&[("a", 1)], &[("b", 1)], &[("c", 1)]]);
    check(&[
        ("a candidate's file: the active release", &canary, "new", 0, Some("old")),
        ("the active one's file: the candidate", &canary, "old", 0, Some("new")),
        ("a staged one's file: the active release", &canary, "dark", 0, Some("old")),
        ("an unknown one's file: the active release", &canary, "nope", 0, Some("old")),
        ("a candidate during the canary", &promoted, "old", 1, Some("new")),
        ("after the promotion, the release before", &promoted, "new", 2, Some("old")),
        ("of two candidates, the newer one", &three, "a", 0, Some("c")),
        ("of two that had traffic, the last to lose it", &twice, "c", 2, Some("b")),
        ("an older one's file: the active release", &twice, "a", 2, Some("c")),
    ]);
}

#[test]
fn it_never_asks_a_release_that_no_viewer_was_given() {
    let settled = plan(&["old", "dark"], &[&[("old", 100)]]);
    let listed = plan(&["old", "dark"], &[&[("old", 100), ("dark", 0)]]);
    let first = plan(&["dark", "new"], &[&[("dark", 0), ("new", 100)]]);
    let scheduled = plan(&["old", "new"], &[&[("old", 100)], &[("new", 100)]]);
    check(&[
        ("a staged release", &settled, "old", 0, None),
        ("a staged release with a place in the stage", &listed, "old", 0, None),
        ("a staged release in the first place", &first, "new", 0, None),
        ("a release whose stage has not begun", &scheduled, "old", 0, None),
        ("it counts once its stage begins", &scheduled, "old", 1, Some("new")),
    ]);
}

#[test]
fn it_asks_a_release_that_was_taken_back_while_its_cookies_live() {
    let stages: &[Weights<'_>] = &[&[("a", 100)]];
    let one = drained(&[("b", 50)], &[], stages);
    let two = drained(&[("b", 60), ("c", 50)], &[], stages);
    let canary = drained(&[("c", 900)], &[], &[&[("a", 90), ("b", 10)]]);
    check(&[
        ("its pages may be open", &one, "a", 0, Some("b")),
        ("until their last moment", &one, "a", 49, Some("b")),
        ("then their cookies have ended", &one, "a", 50, None),
        ("its own file: the active release", &one, "b", 0, Some("a")),
        ("of two, the last to lose its traffic", &two, "a", 0, Some("b")),
        ("the last one alone, when the first has ended", &two, "a", 55, Some("b")),
        ("none, when both have ended", &two, "a", 60, None),
        ("a candidate comes before it", &canary, "a", 0, Some("b")),
        ("the active one comes before it", &canary, "b", 0, Some("a")),
    ]);
}

#[test]
fn it_never_asks_a_withdrawn_release() {
    let before = plan_without(&["old"], &["x", "old", "new"], &[&[("old", 1)], &[("new", 1)]]);
    let candidate = plan_without(&["new"], &["old", "new"], &[&[("old", 90), ("new", 10)]]);
    let drained = drained(&[("b", 60), ("c", 50)], &["b"], &[&[("a", 100)]]);
    check(&[
        ("the one that had all traffic before", &before, "new", 1, None),
        ("the candidate", &candidate, "old", 0, None),
        ("a withdrawn one's file: the active release", &candidate, "new", 0, Some("old")),
        ("of the drained ones, the other", &drained, "a", 0, Some("c")),
    ]);
}

#[test]
fn alone_a_release_has_no_other() {
    let alone = plan(&["old"], &[&[("old", 1)]]);
    check(&[("the only release", &alone, "old", 0, None)]);
}

#[test]
fn after_the_lease_only_stages_count_that_began_in_it() {
    let leased = |until, stages: &[Weights<'_>]| {
        let lease = Some(Lease { until: Timestamp(until), otherwise: 0 });
        Plan::try_new(PlanParts { lease, ..parts(&["old", "new", "next"], stages) }).unwrap()
    };
    let stages: &[Weights<'_>] =
        &[&[("old", 100)], &[("old", 50), ("new", 50)], &[("next", 100)], &[("next", 100)]];
    let ended = leased(2, stages);
    let held = leased(9, stages);
    check(&[
        ("while it holds, the candidate", &ended, "old", 1, Some("new")),
        ("after it, the candidate's pages may be open", &ended, "old", 2, Some("new")),
        ("a stage after its end never applied", &ended, "old", 3, Some("new")),
        ("such a stage's release is no active one", &ended, "new", 3, Some("old")),
        ("a lease that holds lets it apply", &held, "old", 3, Some("next")),
        ("and then the one before it", &held, "next", 3, Some("new")),
    ]);
}
