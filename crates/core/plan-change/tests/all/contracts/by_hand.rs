//! A state that somebody has written into the plan by hand, so that a release with viewers may not fit it.

use plan_change::{Change, ChangeRefusal, Document, apply};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::contracts::every_moment::{carrying, change, plan, seconds};
use crate::contracts::shop;
use crate::support::{World, canary, document, later, promote, rollback, rollback_to, set};

/// The same plan with another version of `db`.
fn by_hand(plan: &Document, db: u64) -> Document {
    let mut plan: Value = serde_json::from_str(plan.text()).unwrap();
    plan["state"]["db"] = json!(db);
    document(&plan.to_string())
}

#[test]
fn a_rollback_to_a_release_with_viewers_goes_through_and_says_what_does_not_fit() {
    let mut world = shop();
    world.change(&set("db", 4));
    world.change(&canary("new", "10"));
    world.wait(60);
    world.document = by_hand(&world.document, 9);
    assert_eq!(world.summary().rollback_to.as_deref(), Some("old"));
    assert_eq!(world.summary().contracts.unwrap().rollback_cut_off, None);
    let effects = world.change(&rollback());
    let said = "old has viewers and cannot run on the state: `db` is 9, and it needs 3..4";
    assert!(effects.contains(&said.to_owned()), "{effects:?}");
    assert_eq!(world.summary().percent("old"), 100.0);
}

#[test]
fn a_rollback_to_a_release_without_viewers_is_refused() {
    let mut world = shop();
    world.change(&set("db", 4));
    world.change(&promote("new"));
    world.wait(60);
    world.document = by_hand(&world.document, 9);
    let refused = world.try_change(&rollback()).unwrap_err();
    assert!(matches!(refused, ChangeRefusal::CutOff { .. }), "{refused}");
    assert_eq!(world.summary().rollback_to, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_state_keeps_viewers_from_a_release_that_others_have(
        text in plan(),
        changes in prop::collection::vec((seconds(), change()), 1..20),
        db in 0..8_u64,
    ) {
        let mut world = World::new(&text);
        for (seconds, change) in changes {
            world.context.now = later(world.context.now, seconds);
            if let Ok(changed) = apply(&world.document, &change, &world.context) {
                world.document = changed.document;
            }
        }
        let now = world.context.now;
        world.document = by_hand(&world.document, db);
        for release in carrying(&world.document, now) {
            match apply(&world.document, &rollback_to(&release), &world.context) {
                Ok(changed) => {
                    let after = carrying(&changed.document, now);
                    prop_assert_eq!(after, [release], "{}", world.document.text());
                }
                Err(refusal) => {
                    let is_about_state = matches!(
                        refusal,
                        ChangeRefusal::CutOff { .. } | ChangeRefusal::CannotRun { .. }
                    );
                    prop_assert!(!is_about_state, "{}: {}", refusal, world.document.text());
                }
            }
        }
        let unnamed = Change::Rollback { to: None, reason: None };
        let is_cut_off = matches!(
            apply(&world.document, &unnamed, &world.context),
            Err(ChangeRefusal::CutOff { .. })
        );
        prop_assert!(!(is_cut_off && world.summary().rollback_to.is_some()));
    }
}
