//! The step that a refusal names.

use plan_change::{Change, ChangeRefusal, MissingStep, StepBeforeState};

use crate::support::{World, add_needing, promote, rollback, set, versions_of};

/// `old` with all traffic and these needs at `db`, and `new` with those.
fn world(old: &str, db: u64, new: &str) -> World {
    let mut world = World::new("first");
    let needing = |release: &str, versions: &str| add_needing(release, &[("db", versions)]);
    for change in [set("db", db), needing("old", old), needing("new", new), promote("old")] {
        world.change(&change);
        world.wait(120);
    }
    world
}

#[test]
fn a_release_that_cannot_get_traffic_names_what_comes_first() {
    let table: [(&str, &str, u64, &str, MissingStep); 6] = [
        ("expand", "3..5", 4, "5..6", MissingStep::Expand { to: 5 }),
        ("expand without an end", "3..", 4, "7..", MissingStep::Expand { to: 7 }),
        (
            "no version suits both",
            "3..4",
            4,
            "6",
            MissingStep::ReleaseBetween { release: "old".into(), needs: versions_of("3..4") },
        ),
        ("undo the contract", "3..6", 6, "2..4", MissingStep::UndoContract { back_to: 4 }),
        ("undo it to the other's", "3..4", 4, "1..3", MissingStep::UndoContract { back_to: 3 }),
        ("there is no way back", "5..6", 6, "2..4", MissingStep::NewerRelease),
    ];
    for (name, old, db, new, step) in table {
        let refused = world(old, db, new).try_change(&promote("new")).expect_err(name);
        let ChangeRefusal::CannotRun { misfits, .. } = refused else { panic!("{name}: {refused}") };
        assert_eq!(misfits[0].missing, step, "{name}");
    }
}

#[test]
fn a_state_that_cannot_change_names_what_comes_first() {
    let migrate = |to: &str| StepBeforeState::Migrate { to: vec![to.into()] };
    let table: [(&str, &str, &str, u64, StepBeforeState); 4] = [
        ("move the traffic", "3..4", "4..5", 5, migrate("new")),
        ("and back", "4..5", "3..4", 3, migrate("new")),
        (
            "expand before that",
            "3..5",
            "5..6",
            6,
            StepBeforeState::Expand { to: 5, release: "new".into() },
        ),
        ("nobody can run on it", "3..4", "4..5", 9, StepBeforeState::NewRelease),
    ];
    for (name, old, new, to, step) in table {
        let mut world = world(old, 4, new);
        // `first` needs nothing, so traffic could always move to it.
        let first = Change::Withdraw(crate::support::id("first"));
        world.wait(3600).change(&first);
        let refused = world.try_change(&set("db", to)).expect_err(name);
        let ChangeRefusal::CutsTraffic { missing, .. } = refused else {
            panic!("{name}: {refused}")
        };
        assert_eq!(missing, step, "{name}");
    }
}

#[test]
fn a_rollback_that_is_cut_off_names_the_releases_that_it_reaches() {
    let mut world = world("3..5", 4, "4..6");
    world.change(&promote("new"));
    world.wait(120);
    let contract = Change::SetState {
        name: crate::support::state("db"),
        version: 6,
        way_back: plan_change::WayBack::GiveUp,
    };
    world.change(&contract);
    let refused = world.try_change(&rollback()).unwrap_err();
    let ChangeRefusal::CutOff { id, misfits, reaches } = refused else { panic!("{refused}") };
    assert_eq!((id.as_str(), reaches), ("old", vec!["first".to_owned()]));
    assert_eq!(misfits[0].missing, MissingStep::UndoContract { back_to: 5 });
    world.change(&crate::support::rollback_to("first"));
}
