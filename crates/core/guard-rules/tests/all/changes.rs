//! What the guard changes, and when. `gated.rs` has the ramps that it asks the gate about.

use std::time::Duration;

use guard_rules::{Verdict, WRITER, change_due};
use plan_change::{After, Change, Document};

use crate::support::{World, context, guarded, held_until, id};

fn due(document: &Document, seconds: i64, watched: &Result<Verdict, String>) -> Option<Change> {
    change_due(document, &context(seconds, WRITER), watched).map(|due| due.change)
}

const FINE: Result<Verdict, String> = Ok(Verdict::NotWorse);

fn worse() -> Result<Verdict, String> {
    Ok(Verdict::Worse("alarm `shop-5xx`: 7.5 is above 1.0".into()))
}

fn unsure() -> Result<Verdict, String> {
    Ok(Verdict::CannotTell("12 viewers".into()))
}

fn blind() -> Result<Verdict, String> {
    Err("read alarms in `us-east-1`: denied".into())
}

fn back() -> Change {
    let reason = Some("alarm `shop-5xx`: 7.5 is above 1.0".into());
    Change::Rollback { to: Some(id("old")), reason }
}

/// Name, the plans, the time, the verdict, and the change that is due.
type Row<'w> = (&'static str, &'w World, i64, Result<Verdict, String>, Option<Change>);

/// The ramp of [`World::ramping`]: the lease of 645 s is renewed at 420 s, that is 225 s before its end.
#[test]
fn a_ramp_goes_on_ends_or_goes_back() {
    let renewal = || Change::RenewLease(Duration::from_secs(645));
    let ramping = World::ramping();
    let mut renewed = World::ramping();
    renewed.change(420, WRITER, &renewal());
    let mut watched = World { versions: renewed.versions.clone() };
    watched.change(840, WRITER, &renewal());
    let mut paused = World::ramping();
    paused.change(200, WRITER, &Change::RampPause);
    let mut paused_by_hand = World::ramping();
    paused_by_hand.change(200, "alice", &Change::RampPause);
    let rows: Vec<Row<'_>> = vec![
        ("before the first step", &ramping, 10, FINE, None),
        ("in a step", &ramping, 300, FINE, None),
        ("a second before the renewal", &ramping, 419, FINE, None),
        ("the renewal", &ramping, 420, FINE, Some(renewal())),
        ("the last second of the lease", &ramping, 644, FINE, Some(renewal())),
        ("after the lease", &ramping, 645, FINE, None),
        ("renewed", &renewed, 421, FINE, None),
        ("worse", &ramping, 300, worse(), Some(back())),
        ("worse before the first step", &ramping, 10, worse(), Some(back())),
        ("worse after the lease", &ramping, 645, worse(), None),
        ("nobody can look", &ramping, 640, blind(), None),
        ("too little data, long before the step", &ramping, 419, unsure(), None),
        ("too little data, and the step is near", &ramping, 420, unsure(), Some(Change::RampPause)),
        ("too little data, and too late to pause", &ramping, 610, unsure(), Some(renewal())),
        ("paused already", &paused, 300, unsure(), None),
        ("paused, and the lease ends", &paused, 640, unsure(), Some(renewal())),
        ("enough data again, before the time of the step", &paused, 599, FINE, Some(renewal())),
        ("enough data again", &paused, 600, FINE, Some(Change::RampResume)),
        ("a person's pause", &paused_by_hand, 300, FINE, None),
        ("a person's pause, and worse", &paused_by_hand, 300, worse(), Some(back())),
        ("the last step, not baked", &watched, 949, FINE, None),
        ("the last step, baked", &watched, 950, FINE, Some(Change::EndLease)),
        ("the last step, not baked and unsure", &watched, 949, unsure(), None),
        ("all traffic, so nothing to compare", &watched, 950, unsure(), Some(Change::EndLease)),
        ("the last step, baked and worse", &watched, 950, worse(), Some(back())),
    ];
    for (name, world, seconds, watched, expected) in rows {
        assert_eq!(due(world.current(), seconds, &watched), expected, "{name}");
    }
}

#[test]
fn a_last_step_below_all_ends_as_the_ramp_says() {
    for (name, then, expected) in [
        ("promote", Some(After::Promote), Some(Change::RampFinish)),
        ("detach", Some(After::Detach), Some(Change::EndLease)),
        ("nothing", None, None),
    ] {
        let mut world = World::new();
        world.change(0, "alice", &guarded("new", &["10"], held_until(then)));
        assert_eq!(due(world.current(), 349, &FINE), None, "{name}, not baked");
        assert_eq!(due(world.current(), 350, &FINE), expected, "{name}");
    }
}

#[test]
fn the_guard_leaves_a_ramp_that_a_command_holds() {
    let mut world = World::ramping();
    let lease = Duration::from_secs(645);
    world.change(100, "alice", &Change::HandOver { lease, guard: None });
    for (seconds, watched) in [(200, worse()), (740, FINE), (200, unsure())] {
        assert_eq!(due(world.current(), seconds, &watched), None, "{watched:?}");
    }
}

/// The same alarm is told twice, and a person starts again while it is still on.
#[test]
fn nothing_goes_back_twice() {
    let mut world = World::ramping();
    let change = due(world.current(), 330, &worse()).unwrap();
    world.change(330, WRITER, &change);
    assert_eq!(due(world.current(), 331, &worse()), None);
    assert!(world.rollout(331).is_none());
    world.change(400, "alice", &guarded("new", &["10", "100"], held_until(None)));
    let rollout = world.rollout(500).unwrap();
    let judge = guard_rules::AlarmJudge { home_region: "eu-central-1", seen: &[] };
    assert!(judge.ends(&crate::support::alarm(330), &rollout).is_err(), "the old alarm");
    assert!(judge.ends(&crate::support::alarm(460), &rollout).is_ok(), "a new one");
}
