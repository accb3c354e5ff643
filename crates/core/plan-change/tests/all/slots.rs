//! The slot of a new release, and the release that it must not meet there.

use std::time::Duration;

use plan_change::{
    Change, ChangeRefusal, Context, Document, Effect, NewRelease, NoIdleSlot, idle_slot,
    serving_in_slot,
};
use plan_format::{PrefixTemplate, ReleaseDefaults, Slot};
use proptest::prelude::*;

use crate::properties::any;
use crate::support::{TEN, World, canary, id, promote, ramp, rollback};

fn defaults(slots: &[&str]) -> ReleaseDefaults {
    let slot = |name: &&str| Slot { name: (*name).to_owned(), origins: Vec::new() };
    let prefix_template = PrefixTemplate::parse("/releases/{release}").unwrap();
    ReleaseDefaults { prefix_template, slots: slots.iter().map(slot).collect() }
}

/// A plan of `old`, in the slot blue, with all traffic.
fn world(slots: &[&str]) -> World {
    let text = r#"{"schema":1,"revision":1,"releases":{"old":{"slot":"blue"}},"rollout":"r1","stages":[{"from":"2026-11-22T09:00:00Z","weights":[["old",100]]}]}"#;
    of(text, slots)
}

fn of(text: &str, slots: &[&str]) -> World {
    let defaults = defaults(slots);
    let document = Document::parse(text, &defaults).unwrap();
    let context = Context { release_defaults: Some(defaults), ..Context::new(TEN) };
    World { document, context }
}

fn idle(world: &World) -> Result<String, NoIdleSlot> {
    idle_slot(&world.document, &world.context, &id("unknown"))
}

fn add_in(release: &str, slot: &str, needs_idle_slot: bool) -> Change {
    let (origins, slot) = (Vec::new(), Some(slot.into()));
    let id = id(release);
    Change::AddRelease(NewRelease {
        id,
        prefix: None,
        origins,
        slot,
        needs_idle_slot,
        keep: None,
        needs: None,
    })
}

#[test]
fn the_idle_slot_changes_with_the_traffic() {
    let mut world = world(&["blue", "green"]);
    assert_eq!(idle(&world).unwrap(), "green");
    world.change(&add_in("new", "green", true));
    assert_eq!(idle(&world).unwrap(), "green", "a staged release has no traffic");
    world.change(&canary("new", "10"));
    world.wait(60);
    let serving = [("blue", "old"), ("green", "new")];
    let serving = serving.map(|(slot, release)| (slot.into(), release.into())).to_vec();
    assert_eq!(idle(&world), Err(NoIdleSlot::AllServe { serving }));
    world.change(&promote("new"));
    assert!(idle(&world).is_err(), "old has traffic until the switch");
    world.wait(60);
    assert_eq!(idle(&world).unwrap(), "blue");
    world.change(&rollback());
    assert_eq!(idle(&world).unwrap(), "green");
}

#[test]
fn a_scheduled_or_paused_step_is_traffic() {
    for later in [ramp("new", &["1", "10"]), promote("new")] {
        let mut world = world(&["blue", "green"]);
        world.change(&add_in("new", "green", true)).clear();
        world.change(&later);
        let serving = serving_in_slot(&world.document, &world.context, "green");
        assert_eq!(serving, Some(id("new")));
    }
}

/// The slot that lost its traffic last is the one that a rollback needs.
#[test]
fn of_several_idle_slots_the_one_that_lost_its_traffic_first_is_taken() {
    let mut world = world(&["blue", "green", "grey"]);
    for (release, slot) in [("b", "green"), ("c", "grey"), ("d", "blue"), ("e", "green")] {
        assert_eq!(idle(&world).unwrap(), slot);
        world.change(&add_in(release, slot, true));
        world.change(&promote(release));
        world.wait(600);
    }
}

#[test]
fn a_release_keeps_the_slot_that_it_is_registered_in() {
    let mut world = world(&["blue", "green"]);
    world.change(&add_in("new", "green", true));
    world.change(&promote("new"));
    world.wait(600);
    let slot = idle_slot(&world.document, &world.context, &id("new"));
    assert_eq!(slot.unwrap(), "green", "and registering it again changes nothing");
}

#[test]
fn a_release_with_traffic_in_no_known_slot_hides_the_idle_one() {
    for world in [of("old", &["blue", "green"]), of("old", &["blue"])] {
        assert_eq!(idle(&world), Err(NoIdleSlot::UnknownSlot { release: "old".into() }));
    }
    assert_eq!(idle(&of("old", &[])), Err(NoIdleSlot::NoSlots));
}

#[test]
fn a_slot_with_traffic_is_told_or_refused() {
    let mut world = world(&["blue", "green"]);
    let refused = world.try_change(&add_in("new", "blue", true)).unwrap_err();
    let expected = ChangeRefusal::SlotServes { slot: "blue".into(), release: "old".into() };
    assert_eq!(refused, expected);
    let said = world.try_change(&add_in("new", "blue", false)).unwrap().effects;
    let shares = Effect::SharesSlot { slot: "blue".into(), release: "old".into() };
    assert!(said.contains(&shares), "{said:?}");
}

proptest! {
    #[test]
    fn the_idle_slot_has_no_traffic_after_any_changes(
        text in any::text(),
        changes in prop::collection::vec((0..200_u64, any::change()), 1..16),
    ) {
        let mut world = of(&text, &["blue", "green", "grey"]);
        for (seconds, change) in changes {
            world.context.now = world.context.now.plus(Duration::from_secs(seconds));
            let _refused = world.try_change(&change).is_err();
            let Ok(slot) = idle(&world) else { continue };
            prop_assert_eq!(serving_in_slot(&world.document, &world.context, &slot), None);
            let added = plan_change::apply(
                &world.document, &add_in("unknown", &slot, true), &world.context,
            );
            let is_refused = matches!(added, Err(ChangeRefusal::SlotServes { .. }));
            prop_assert!(!is_refused, "{:?}", added);
        }
    }
}
