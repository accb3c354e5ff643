//! When cached documents belong to another release.

use std::time::Duration;

use guard_rules::{Switch, Version, last_switch};
use plan_change::{Change, When};

use crate::support::{World, at, document, id};

const HARD_TTL: Duration = Duration::from_secs(45);

fn switch(world: &World, seconds: i64) -> Option<(u64, usize, i64)> {
    let switch = last_switch(&world.versions, at(seconds), HARD_TTL)?;
    Some((switch.version, switch.number, (switch.complete.0 - at(0).0) / 1000))
}

#[test]
fn each_change_of_the_active_release_is_a_switch() {
    let promote = |release: &str, when| Change::Promote { id: id(release), at: when };
    let mut flip = World::new();
    flip.change(0, "alice", &promote("new", When::NextFlip));
    let mut at_once = World::new();
    at_once.change(0, "alice", &promote("new", When::Now));
    let mut both = World::new();
    both.change(0, "alice", &promote("new", When::Now));
    both.change(100, "alice", &Change::Rollback { to: None, reason: None });
    let mut other = World::new();
    other.change(0, "alice", &promote("new", When::Now));
    other.change(600, "alice", &Change::Withdraw(id("next")));
    let mut by_hand = World::new();
    by_hand.put(0, document("new old next"));
    let stages = r#"{"schema":1,"revision":1,"rollout":"r1","releases":{"a":{"prefix":"/a"},"b":{"prefix":"/b"},"c":{"prefix":"/c"}},"stages":[{"from":"2026-11-20T10:00:00Z","weights":[["a",1]]},{"from":"2026-11-22T10:10:00Z","weights":[["b",1]]},{"from":"2026-11-22T10:20:00Z","weights":[["c",1]]}]}"#;
    let mut several = World::new();
    several.put(0, document(stages));
    let mut broken = World::new();
    broken.change(0, "alice", &promote("new", When::Now));
    broken.versions.push(Version { number: 3, modified: at(50), user: None, document: None });
    let rows = [
        ("nothing yet", &flip, 0, None),
        ("before the flip", &flip, 49, None),
        ("the flip", &flip, 50, Some((2, 1, 50))),
        ("a day later", &flip, 86_400, Some((2, 1, 50))),
        ("at once, complete after the hard TTL", &at_once, 1, Some((2, 1, 45))),
        ("a rollback", &both, 101, Some((3, 1, 145))),
        ("a change of something else keeps the switch", &other, 700, Some((2, 1, 45))),
        ("bare ids", &by_hand, 1, Some((2, 1, 45))),
        ("the first of several stages", &several, 599, Some((2, 1, 45))),
        ("the second", &several, 600, Some((2, 2, 600))),
        ("the third", &several, 1300, Some((2, 3, 1200))),
        ("a version that is no plan", &broken, 60, Some((2, 1, 45))),
    ];
    for (name, world, seconds, expected) in rows {
        assert_eq!(switch(world, seconds), expected, "{name}");
    }
}

#[test]
fn the_reference_is_the_version() {
    let switch = |number| Switch { version: 23, number, complete: at(0) };
    assert_eq!(switch(1).reference("/shop/plan"), "edgeswitch-/shop/plan-23");
    assert_eq!(switch(2).reference("/shop/plan"), "edgeswitch-/shop/plan-23.2");
}
