//! Releases and the versions of what they share.

mod by_hand;
mod every_moment;
mod steps;

use plan_change::{Change, Effect, WayBack};
use serde_json::Value;

use crate::support::{
    World, add_needing, canary, document, promote, ramp, remove, rollback, set, state, withdraw,
};

/// `old` needs db 3..4, `new` needs db 4..5, `next` needs db 5; the plan has db 3, and `old` has all traffic.
fn shop() -> World {
    let mut world = World::new("old");
    for change in [
        set("db", 3),
        add_needing("old", &[("db", "3..4")]),
        add_needing("new", &[("db", "4..5")]),
        add_needing("next", &[("db", "5..")]),
    ] {
        // `old` is registered already, with the same prefix and without origins.
        let change = if let Change::AddRelease(mut release) = change {
            release.slot = None;
            release.origins = Vec::new();
            Change::AddRelease(release)
        } else {
            change
        };
        world.change(&change);
        world.wait(60);
    }
    world
}

fn json(world: &World) -> Value {
    serde_json::from_str(world.document.text()).unwrap()
}

#[test]
fn expand_migrate_contract_and_a_rollback_that_is_cut_off() {
    let mut world = shop();
    let refused = world.try_change(&promote("new")).unwrap_err().to_string();
    assert_eq!(refused, "`new` cannot run on the state: `db` is 3, and it needs 4..5");

    // Expand.
    assert_eq!(
        world.change(&set("db", 4)),
        ["the plan will say that db is 4; it says 3", "can run on the state then: new"]
    );
    // Migrate.
    world.change(&promote("new"));
    let refused = world.wait(10).try_change(&set("db", 5)).unwrap_err().to_string();
    assert_eq!(
        refused,
        "`db` cannot become 5: `old` has traffic, or a later stage gives it traffic, and needs 3..4"
    );
    let refused = world.wait(60).try_change(&set("db", 5)).unwrap_err().to_string();
    assert_eq!(
        refused,
        "`db` cannot become 5: edge locations can still give `old` to viewers until 10:05:40 UTC, and it needs 3..4"
    );
    // Contract.
    let refused = world.wait(60).try_change(&set("db", 5)).unwrap_err().to_string();
    assert_eq!(refused, "`db` cannot become 5: a rollback would go to `old`, which could not run");
    assert_eq!(world.summary().rollback_to.as_deref(), Some("old"));
    let contract = Change::SetState { name: state("db"), version: 5, way_back: WayBack::GiveUp };
    assert_eq!(
        world.change(&contract),
        [
            "the plan will say that db is 5; it says 4",
            "can run on the state then: next",
            "a rollback without a name will be refused: old cannot run then",
            "a rollback can no longer go to old",
            "cannot run then, and only open pages, preview links and overrides reach them: old",
        ]
    );
    let summary = world.summary();
    assert_eq!(summary.rollback_to, None);
    let contracts = summary.contracts.unwrap();
    assert_eq!(contracts.rollback_reaches, Vec::<String>::new());
    assert_eq!(contracts.rollback_cut_off.unwrap().release, "old");
    let refused = world.try_change(&rollback()).unwrap_err().to_string();
    assert_eq!(refused, "a rollback cannot go to `old`: `db` is 5, and it needs 3..4");
    // Back to a version that both can run on: the rollback is there again.
    world.change(&set("db", 4));
    world.change(&rollback());
    assert_eq!(world.summary().traffic[0].release, "old");
}

#[test]
fn releases_to_come_and_paused_ones_count_as_traffic() {
    for before in [vec![ramp("new", &["10", "100"])], vec![canary("new", "10")]] {
        let mut world = shop();
        world.change(&set("db", 4));
        before.iter().for_each(|change| drop(world.change(change)));
        let refused = world.try_change(&set("db", 3)).unwrap_err().to_string();
        assert!(refused.contains("`new` has traffic"), "{refused}");
        let refused = world.try_change(&set("db", 5)).unwrap_err().to_string();
        assert!(refused.contains("`old` has traffic"), "{refused}");
    }
    let mut world = shop();
    world.change(&set("db", 4));
    world.change(&ramp("new", &["10", "100"]));
    world.wait(300).change(&Change::RampPause);
    let refused = world.wait(3600).try_change(&set("db", 3)).unwrap_err().to_string();
    assert!(refused.contains("`new` has traffic"), "{refused}");
}

/// A withdrawn release can be removed at once. Its needs are known until every edge location has read that.
#[test]
fn a_removed_release_does_not_take_its_needs_along_too_soon() {
    let mut world = shop();
    world.change(&set("db", 4));
    world.change(&canary("new", "10"));
    world.wait(60).change(&rollback());
    world.change(&withdraw("new"));
    let refused = world.wait(40).try_change(&remove("new")).unwrap_err().to_string();
    assert_eq!(refused, "edge locations can still give `new` to viewers until 10:05:50 UTC");
    world.wait(10).change(&remove("new"));
    world.change(&set("db", 3));
}

#[test]
fn several_states_move_as_a_set() {
    let mut world = World::new("old");
    world.change(&set("orders-db", 4));
    world.change(&set("orders-api", 1));
    let both = [("orders-db", "4"), ("orders-api", "2")];
    let effects = world.change(&add_needing("new", &both));
    assert_eq!(effects[1], "new cannot get traffic yet: `orders-api` is 1, and it needs 2");
    world.change(&set("orders-api", 2));
    world.change(&canary("new", "10"));
}

#[test]
fn a_need_that_the_plan_does_not_know_keeps_a_release_from_traffic() {
    let mut world = World::new("old");
    world.change(&add_needing("new", &[("db", "3..")]));
    for change in [promote("new"), canary("new", "10"), ramp("new", &["10", "100"])] {
        let refused = world.try_change(&change).unwrap_err().to_string();
        assert_eq!(
            refused,
            "`new` cannot run on the state: the plan does not say the version of `db`, and it needs 3.."
        );
    }
    world.change(&set("db", 3));
    world.change(&canary("new", "10"));
    let unset = Change::UnsetState { name: state("db"), way_back: WayBack::Keep };
    let refused = world.try_change(&unset).unwrap_err().to_string();
    assert_eq!(
        refused,
        "`db` cannot be removed from the state: `new` has traffic, or a later stage gives it traffic, and needs 3.."
    );
}

#[test]
fn needs_can_be_declared_again() {
    let mut world = shop();
    let Change::AddRelease(mut release) = add_needing("new", &[("db", "3..5")]) else {
        unreachable!()
    };
    (release.slot, release.origins) = (None, Vec::new());
    let wider = Change::AddRelease(release.clone());
    assert_eq!(world.change(&wider), ["the needs of new will be replaced"]);
    assert_eq!(json(&world)["releases"]["new"]["needs"]["db"], serde_json::json!([3, 5]));
    assert_eq!(
        world.try_change(&wider).unwrap_err().to_string(),
        "nothing to change: `new` is registered"
    );
    world.change(&canary("new", "10"));
    let Change::AddRelease(mut narrow) = add_needing("new", &[("db", "4..5")]) else {
        unreachable!()
    };
    (narrow.slot, narrow.origins) = (None, Vec::new());
    assert_eq!(
        world.try_change(&Change::AddRelease(narrow)).unwrap_err().to_string(),
        "`new` cannot run on the state: `db` is 3, and it needs 4..5"
    );
    release.needs = Some(Vec::new());
    world.change(&Change::AddRelease(release));
    assert!(json(&world)["releases"]["new"].get("needs").is_none());
}

/// A hand-written value counts as missing. It must not keep the control program from reading the plan, because the
/// edge serves it.
#[test]
fn a_state_or_a_need_that_cannot_be_read_is_named_and_repaired() {
    let text = r#"{"schema":1,"state":{"db":"four","api":2},"releases":{"old":{"prefix":"/old"},"new":{"prefix":"/new","needs":{"db":[4,5]}},"odd":{"prefix":"/odd","needs":{"api":"2"}},"bad":{"prefix":"/bad","needs":[4]}},"rollout":"r","stages":[{"from":"2026-11-22T09:00:00Z","weights":[["old",1]]}]}"#;
    let mut world = World::new(text);
    for (release, why) in [
        ("new", "the plan does not say the version of `db`, and it needs 4..5"),
        ("odd", "its need of `api` cannot be read"),
        ("bad", "its need of `needs` cannot be read"),
    ] {
        let refused = world.try_change(&canary(release, "10")).unwrap_err().to_string();
        assert_eq!(refused, format!("`{release}` cannot run on the state: {why}"));
    }
    world.change(&set("db", 4));
    world.change(&canary("new", "10"));
    assert_eq!(json(&world)["state"], serde_json::json!({ "db": 4, "api": 2 }));
}

#[test]
fn former_releases_that_share_their_needs_share_a_group() {
    let text = r#"{"schema":1,"former":[{"ids":"x y","served_until":"2026-11-22T08:00:00Z","needs":{"db":[3,4]}}],"releases":{"old":{"prefix":"/old"}},"rollout":"r","stages":[{"from":"2026-11-22T09:00:00Z","weights":[["old",1]]}],"state":{"db":4}}"#;
    let document = document(text);
    assert_eq!(document.needs("y"), [("db".to_owned(), Some(crate::support::versions_of("3..4")))]);
}

#[test]
fn effects_have_a_tag_and_values_for_programs() {
    let mut world = shop();
    let changed = world.try_change(&set("db", 4)).unwrap();
    let effect: &Effect = &changed.effects[0];
    assert_eq!(
        serde_json::to_value(effect).unwrap(),
        serde_json::json!({ "effect": "sets-state", "name": "db", "version": 4, "before": 3 })
    );
}
