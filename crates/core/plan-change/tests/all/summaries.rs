//! Who gets what at one moment, in words and as JSON.

use std::time::Duration;

use plan_change::Change;
use serde_json::json;

use crate::support::{
    World, add, canary, guarded, hold, leased, promote, ramp, rollback, withdraw,
};

#[track_caller]
fn assert_summary(world: &World, lines: &[&str]) {
    let text = world.summary().lines().join("\n");
    assert_eq!(text.lines().collect::<Vec<_>>(), lines);
}

#[test]
fn settled_plan_of_bare_ids() {
    assert_summary(
        &World::after(&[]),
        &[
            "plan       revision 0, rollout 0, stage 1 of 1: settled",
            "active     old 100 %",
            "staged     next, new",
        ],
    );
}

#[test]
fn canary_after_a_promote() {
    let mut world = World::after(&[promote("new"), add("late"), canary("late", "12.5")]);
    world.change(&withdraw("next"));
    assert_summary(
        &world,
        &[
            "plan       revision 4, rollout r3, stage 3 of 3: canary",
            "active     new 87.5 %, since 10:00:50 UTC",
            "canary     late (green) 12.5 %, since 10:02:50 UTC",
            "rollback   to new",
            "draining   old until 2026-11-29 10:01:40 UTC",
            "withdrawn  next",
            "last       withdraw next at 10:03:00 UTC",
        ],
    );
}

#[test]
fn the_guard_holds_a_ramp_until_somebody_takes_it_over() {
    let guard = |world: &World| world.summary().lease.and_then(|lease| lease.guard);
    let mut world = World::after(&[guarded("new", &["10", "100"])]);
    assert_summary(
        &world,
        &[
            "plan       revision 1, rollout r1, stage 2 of 3: a change is under way",
            "active     old 90 %",
            "canary     new 10 %, since 10:00:50 UTC",
            "next       new 100 % from 10:10:50 UTC, in 9 min 50 s",
            "lease      until 10:02:00 UTC, in 1 min 0 s, then old 100 %; the guard renews it",
            "rollback   to old",
            "draining   next until 2026-11-29 10:00:50 UTC",
            "last       ramp new 10 % 100 % at 10:00:00 UTC",
        ],
    );
    world.change(&Change::RenewLease(Duration::from_secs(200)));
    assert_eq!(guard(&world), Some(hold()), "a renewal keeps it");
    world.change(&Change::RampPause);
    assert_eq!(guard(&world), Some(hold()), "a pause keeps it");
    let lease = Duration::from_secs(200);
    world.change(&Change::HandOver { lease, guard: None });
    assert_eq!(guard(&world), None);
    world.change(&Change::HandOver { lease, guard: Some(hold()) });
    assert_eq!(guard(&world), Some(hold()));
    world.change(&rollback());
    world.change(&leased("new", &["10"]));
    assert_eq!(guard(&world), None, "it ends with its ramp");
}

#[test]
fn ramp_with_a_lease_and_then_without() {
    let mut world = World::after(&[leased("new", &["10", "100"])]);
    assert_summary(
        &world,
        &[
            "plan       revision 1, rollout r1, stage 2 of 3: a change is under way",
            "active     old 90 %",
            "canary     new 10 %, since 10:00:50 UTC",
            "next       new 100 % from 10:10:50 UTC, in 9 min 50 s",
            "lease      until 10:02:00 UTC, in 1 min 0 s, then old 100 %",
            "rollback   to old",
            "draining   next until 2026-11-29 10:00:50 UTC",
            "last       ramp new 10 % 100 % at 10:00:00 UTC",
        ],
    );
    world.wait(60);
    assert_summary(
        &world,
        &[
            "plan       revision 1, rollout r1, stage 1 of 3: the lease has ended and traffic went back",
            "active     old 100 %",
            "lease      ended at 10:02:00 UTC: old 100 %",
            "rollback   to old",
            "draining   next until 2026-11-29 10:00:50 UTC, new until 2026-11-29 10:02:50 UTC",
            "last       ramp new 10 % 100 % at 10:00:00 UTC",
        ],
    );
}

#[test]
fn of_many_stages_the_first_and_the_last_are_told() {
    let next = |steps: &[&str]| {
        let text = World::after(&[ramp("new", steps)]).summary().lines().join("\n");
        let lines =
            text.lines().filter(|line| line.starts_with("next") || line.starts_with("then"));
        lines.map(|line| line.split(" from").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let five = next(&["1", "2", "5", "10", "25", "100"]);
    assert_eq!(five.len(), 5, "{five:?}");
    let expected = [
        "next       old 98 %, new 2 %",
        "then       old 95 %, new 5 %",
        "then       old 90 %, new 10 %",
        "then       2 more stages",
        "then       new 100 %",
    ];
    assert_eq!(next(&["1", "2", "5", "10", "25", "50", "100"]), expected);
}

#[test]
fn paused_ramp_and_who_stopped_it() {
    let mut world = World::after(&[ramp("new", &["10", "50"])]);
    world.context.writer = Some("jane".into());
    world.change(&Change::RampPause);
    assert_summary(
        &world,
        &[
            "plan       revision 2, rollout r1, stage 2 of 2: a ramp is paused",
            "active     old 90 %",
            "canary     new 10 %, since 10:00:50 UTC",
            "paused     steps waiting: 1",
            "rollback   to old",
            "draining   next until 2026-11-29 10:00:50 UTC",
            "last       ramp pause at 10:01:00 UTC by jane",
        ],
    );
}

#[test]
fn rolled_back_with_a_reason_until_nobody_is_left() {
    let mut world = World::after(&[promote("new")]);
    let reason = Some("alarm `5xx`".into());
    world.change(&Change::Rollback { to: None, reason });
    assert_summary(
        &world,
        &[
            "plan       revision 2, rollout r2, stage 1 of 1: settled",
            "active     old 100 %, since 10:01:00 UTC",
            "draining   next until 2026-11-29 10:00:50 UTC, new until 2026-11-29 10:01:50 UTC",
            "last       rollback at 10:01:00 UTC: alarm `5xx`",
        ],
    );
    let line = |world: &World| world.summary().lines()[2].clone();
    world.wait(7 * 86_400 + 49);
    assert_eq!(line(&world), "draining   new until 10:01:50 UTC");
    world.wait(1);
    assert_eq!(line(&world), "drained    next, new");
}

#[test]
fn rollback_of_a_flip_to_come_keeps_what_was_before() {
    let mut world = World::after(&[promote("new"), canary("next", "10"), rollback()]);
    assert_summary(
        &world,
        &[
            "plan       revision 3, rollout r3, stage 2 of 2: settled",
            "active     new 100 %, since 10:00:50 UTC",
            "rollback   to old",
            "draining   next until 2026-11-29 10:02:50 UTC, old until 2026-11-29 10:01:40 UTC",
            "last       rollback at 10:02:00 UTC",
        ],
    );
    world.change(&rollback());
    assert_eq!(world.summary().percent("old"), 100.0);
}

#[test]
fn as_json_moments_are_rfc_3339_and_shares_percent() {
    let json = serde_json::to_value(World::after(&[leased("new", &["10", "100"])]).summary());
    let json = json.unwrap();
    assert_eq!(json["now"], "2026-11-22T10:01:00Z");
    assert_eq!(json["progress"], "under-way");
    let share = |release: &str, percent: f64| json!({ "release": release, "slot": null, "percent": percent });
    assert_eq!(json["traffic"], json!([share("old", 90.0), share("new", 10.0)]));
    let next = json!([{ "from": "2026-11-22T10:10:50Z", "in_seconds": 590, "traffic": [share("new", 100.0)] }]);
    assert_eq!(json["upcoming"], next);
    let lease = json!({ "until": "2026-11-22T10:02:00Z", "in_seconds": 60, "otherwise": [share("old", 100.0)] });
    assert_eq!(json["lease"], lease);
}
