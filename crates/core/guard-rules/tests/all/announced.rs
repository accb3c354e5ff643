//! What the bus hears of a change.

use std::time::Duration;

use guard_rules::{WRITER, announcements};
use plan_change::Change;
use serde_json::{Value, json};

use crate::support::{HOME, World, context, document, id};

fn told(world: &World, announced: u64) -> Vec<Value> {
    let context = context(9000, WRITER);
    let all = announcements(&world.versions, announced, "/shop/plan", HOME, &context);
    all.iter().map(|one| serde_json::to_value(one).unwrap()).collect()
}

#[test]
fn a_change_says_what_who_why_before_and_after() {
    let mut world = World::ramping();
    let reason = Some("alarm `shop-5xx`: 7.5 is above 1.0".into());
    world.change(330, WRITER, &Change::Rollback { to: Some(id("old")), reason });
    let told = told(&world, 2);
    let traffic = |shares: &[(&str, f64)]| -> Vec<Value> {
        let share = |(release, percent): &(&str, f64)| json!({ "release": release, "slot": null, "percent": percent });
        shares.iter().map(share).collect()
    };
    let expected = json!({
        "schema": 1,
        "parameter": "/shop/plan",
        "region": "eu-central-1",
        "version": 3,
        "at": "2026-11-22T10:05:30Z",
        "what": "rollback to old",
        "who": "guard",
        "why": "alarm `shop-5xx`: 7.5 is above 1.0",
        "before": {
            "revision": 1,
            "rollout": "r1",
            "traffic": traffic(&[("old", 100.0)]),
            "upcoming": told[0]["before"]["upcoming"],
        },
        "after": {
            "revision": 2,
            "rollout": "r2",
            "traffic": traffic(&[("old", 100.0)]),
            "upcoming": [],
        },
    });
    assert_eq!(told, [expected]);
    assert_eq!(told[0]["before"]["upcoming"][0]["traffic"][1]["percent"], 10.0);
}

#[test]
fn renewals_are_not_told_and_a_change_by_hand_is() {
    let mut world = World::ramping();
    world.change(420, WRITER, &Change::RenewLease(Duration::from_secs(645)));
    world.change(840, WRITER, &Change::RenewLease(Duration::from_secs(645)));
    world.change(960, WRITER, &Change::EndLease);
    world.put(1000, document("old new next"));
    world.put(1001, document("old new next"));
    let words = |announced| -> Vec<String> {
        let one = |one: &Value| format!("{} {} {}", one["version"], one["what"], one["who"]);
        told(&world, announced).iter().map(one).collect()
    };
    assert_eq!(
        words(1),
        [
            r#"2 "ramp new 10 % 100 %" "alice""#,
            r#"5 "end lease" "guard""#,
            r#"6 "written by hand" "carol""#,
        ]
    );
    assert_eq!(words(5).len(), 1);
    assert_eq!(words(6), Vec::<String>::new(), "the same text again");
}
