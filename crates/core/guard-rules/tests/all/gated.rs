//! Ramps with a gate: a step is held, let pass, or late.

use std::time::Duration;

use guard_rules::{Verdict, WRITER, change_due, unheld};
use plan_change::{After, Change, GateTerms, Hold};

use crate::support::{World, at, context, guarded, hold, id};

const FINE: Result<Verdict, String> = Ok(Verdict::NotWorse);

fn unsure() -> Result<Verdict, String> {
    Ok(Verdict::CannotTell("gate: cannot tell: 12 page loads".into()))
}

fn gated(then: Option<After>) -> Hold {
    let logs = "s3://shop-access-logs/cdn/".into();
    Hold { gate: Some(GateTerms { logs, ..GateTerms::default() }), then, ..hold() }
}

/// A ramp with a gate: 10 % at 10:00:50, 50 % at 10:10:50, 100 % at 10:20:50. The lease lasts until 10:30.
fn ramping() -> World {
    let mut world = World::new();
    let hold = Hold { seconds: 1800, ..gated(None) };
    world.change(0, "alice", &guarded("new", &["10", "50", "100"], hold));
    world
}

fn due(world: &World, seconds: i64, watched: &Result<Verdict, String>) -> Option<Change> {
    change_due(world.current(), &context(seconds, WRITER), watched).map(|due| due.change)
}

#[test]
fn the_gate_is_asked_when_the_release_has_viewers() {
    let world = ramping();
    for (seconds, is_asked) in [(0, false), (49, false), (50, true), (1250, true), (1799, true)] {
        let rollout = world.rollout(seconds).unwrap();
        assert_eq!(rollout.gate().is_some(), is_asked, "{seconds}");
    }
    assert!(World::ramping().rollout(60).unwrap().gate().is_none(), "a ramp without a gate");
}

#[test]
fn a_step_is_held_near_its_time_and_begins_at_it() {
    let mut world = ramping();
    assert_eq!(due(&world, 419, &unsure()), None);
    assert_eq!(due(&world, 420, &unsure()), Some(Change::RampPause));
    world.change(420, WRITER, &Change::RampPause);
    let rollout = world.rollout(421).unwrap();
    assert!(rollout.holds_step());
    assert_eq!(rollout.hold.paused_by.as_deref(), Some(WRITER));
    for (seconds, watched) in [(480, unsure()), (480, FINE), (599, FINE)] {
        assert_eq!(due(&world, seconds, &watched), None, "{seconds}, {watched:?}");
    }
    assert_eq!(due(&world, 600, &FINE), Some(Change::RampResume));
    world.change(600, WRITER, &Change::RampResume);
    let rollout = world.rollout(649).unwrap();
    assert!(!rollout.holds_step() && rollout.hold.paused_by.is_none());
    assert_eq!(world.rollout(650).unwrap().since, at(50), "the step has begun");
    assert_eq!(due(&world, 1020, &unsure()), Some(Change::RampPause), "the next one is held too");
}

/// What somebody else writes meanwhile does not end the hold, and does not make it a person's.
#[test]
fn a_held_step_goes_on_whatever_else_was_written() {
    let mut world = ramping();
    world.change(420, WRITER, &Change::RampPause);
    world.change(500, "alice", &Change::Withdraw(id("next")));
    assert_eq!(due(&world, 600, &FINE), Some(Change::RampResume));
}

#[test]
fn a_pause_by_a_person_is_theirs_to_end() {
    let mut world = ramping();
    world.change(420, "alice", &Change::RampPause);
    for watched in [FINE, unsure()] {
        assert_eq!(due(&world, 700, &watched), None, "{watched:?}");
    }
}

#[test]
fn whoever_resumes_lets_one_step_pass_and_no_other() {
    let mut world = ramping();
    world.change(420, WRITER, &Change::RampPause);
    world.change(900, "alice", &Change::RampResume);
    // 50 % from 10:15:50 on, 100 % from 10:25:50 on.
    for seconds in [901, 940, 949] {
        assert_eq!(due(&world, seconds, &unsure()), None, "{seconds}");
        let late = unheld(world.current(), &context(seconds, WRITER), &unsure());
        assert_eq!(late, None, "{seconds}: a person wants it");
    }
    assert_eq!(due(&world, 1319, &unsure()), None, "the next one is not near");
    assert_eq!(due(&world, 1320, &unsure()), Some(Change::RampPause));
}

/// The last step is below 100 %: the end waits, unless somebody lets it pass.
#[test]
fn an_end_below_all_waits_for_the_gate() {
    let mut world = World::new();
    world.change(0, "alice", &guarded("new", &["10"], gated(Some(After::Promote))));
    assert_eq!(due(&world, 400, &unsure()), None);
    assert_eq!(due(&world, 400, &FINE), Some(Change::RampFinish));
    assert_eq!(due(&world, 430, &unsure()), Some(Change::RenewLease(Duration::from_secs(645))));
}

#[test]
fn a_step_that_is_too_late_to_hold_is_told() {
    let world = ramping();
    let late = |seconds, watched: &Result<Verdict, String>| {
        let late = unheld(world.current(), &context(seconds, WRITER), watched);
        late.map(|late| late.at)
    };
    assert_eq!(late(600, &unsure()), None, "it can still be held");
    assert_eq!(late(601, &unsure()), Some(at(650)));
    assert_eq!(late(601, &FINE), None);
    assert_eq!(late(601, &Ok(Verdict::Worse("errors".into()))), None);
    assert_eq!(due(&world, 601, &unsure()), None);
}

/// Two guards, or one that repeats its run: the second look changes nothing.
#[test]
fn the_same_look_twice_changes_nothing_twice() {
    let mut world = ramping();
    for (seconds, watched) in [(420, unsure()), (600, FINE), (1020, unsure())] {
        let change = due(&world, seconds, &watched).unwrap();
        world.change(seconds, WRITER, &change);
        assert_eq!(due(&world, seconds, &watched), None, "{seconds}");
    }
}
