//! Whatever happens in a night, the guard keeps its promises.

use guard_rules::{
    AlarmJudge, AlarmSeen, AlarmState, Judge, Occurrence, Rollout, Verdict, WRITER, change_due,
    refused_rollback,
};
use plan_change::{Change, GateTerms, Hold, Summary, apply};
use proptest::prelude::*;

use crate::support::{HOME, World, alarm, at, context, document, guarded, hold, id};

/// A night is some hours of turns, each some time after the one before.
#[derive(Debug, Clone)]
enum Turn {
    /// The guard runs, and sees the alarm in this state since this many seconds before.
    Guard { on: bool, since: i64, muted: bool },
    /// The guard runs and cannot read the alarms.
    Blind,
    /// The guard runs, and the gate cannot tell.
    Unsure,
    /// A person starts a ramp.
    Ramp,
    /// A person changes something.
    Person(Box<Change>),
}

fn turn() -> impl Strategy<Value = Turn> {
    let person = prop_oneof![
        Just(Change::RampPause),
        Just(Change::RampResume),
        Just(Change::RampFinish),
        Just(Change::EndLease),
        Just(Change::Rollback { to: None, reason: None }),
        Just(Change::Promote { id: id("next"), at: plan_change::When::NextFlip }),
    ];
    prop_oneof![
        8 => (any::<bool>(), 0..4000_i64, prop::bool::weighted(0.2))
            .prop_map(|(on, since, muted)| Turn::Guard { on, since, muted }),
        1 => Just(Turn::Blind),
        4 => Just(Turn::Unsure),
        2 => Just(Turn::Ramp),
        1 => person.prop_map(|change| Turn::Person(Box::new(change))),
    ]
}

/// A run that sees this alarm, or cannot read it.
fn run(world: &mut World, now: i64, seen: Option<&AlarmSeen>) -> Vec<Change> {
    let seen: Vec<AlarmSeen> = seen.into_iter().cloned().collect();
    let judge = AlarmJudge { home_region: HOME, seen: &seen };
    run_by(world, now, |rollout| {
        if seen.is_empty() { Err("denied".into()) } else { Ok(judge.judge(rollout)) }
    })
}

/// Makes what is due until nothing is, as a run of the guard does. Returns the changes.
fn run_by(
    world: &mut World,
    now: i64,
    watch: impl Fn(&Rollout) -> Result<Verdict, String>,
) -> Vec<Change> {
    let mut made = Vec::new();
    for _ in 0..4 {
        let Some(rollout) = world.rollout(now) else { break };
        let watched = watch(&rollout);
        let Some(due) = change_due(world.current(), &context(now, WRITER), &watched) else { break };
        world.change(now, WRITER, &due.change);
        made.push(due.change);
    }
    made
}

proptest! {
    #[test]
    fn every_change_is_accepted_each_run_ends_and_only_the_ramps_own_alarm_takes_back(
        turns in prop::collection::vec((1..400_i64, turn()), 1..60),
    ) {
        let mut world = World::new();
        let mut now = 0;
        for (seconds, turn) in turns {
            now += seconds;
            match turn {
                Turn::Ramp => try_change(&mut world, now, &guarded("new", &["10", "50", "100"], gated())),
                Turn::Person(change) => try_change(&mut world, now, &change),
                Turn::Unsure => {
                    let unsure = |_: &Rollout| Ok(Verdict::CannotTell("12 viewers".into()));
                    let had = world.rollout(now).map_or(0.0, |rollout| percent(&world, &rollout, now));
                    let made = run_by(&mut world, now, unsure);
                    for change in &made {
                        let is_hold = matches!(change, Change::RampPause | Change::RenewLease(_));
                        let is_allowed = is_hold || (*change == Change::EndLease && had >= 100.0);
                        prop_assert!(is_allowed, "{change:?} at {had} %");
                    }
                    prop_assert_eq!(run_by(&mut world, now, unsure), vec![], "the same look again");
                }
                Turn::Blind => prop_assert_eq!(run(&mut world, now, None), vec![]),
                Turn::Guard { on, since, muted } => {
                    let state = if on { AlarmState::Alarm } else { AlarmState::Ok };
                    let muted = muted.then(|| "night".to_owned());
                    let seen = AlarmSeen { before: None, state, muted, ..alarm(now - since) };
                    let began = world.rollout(now).map(|rollout| rollout.since);
                    let made = run(&mut world, now, Some(&seen));
                    prop_assert!(made.len() < 4, "{:?}", made);
                    let went_back = made.iter().any(|change| matches!(change, Change::Rollback { .. }));
                    let is_its_own = on && seen.muted.is_none()
                        && began.is_some_and(|began| at(now - since) >= began);
                    prop_assert_eq!(went_back, is_its_own);
                    prop_assert_eq!(run(&mut world, now, Some(&seen)), vec![], "the same event again");
                }
            }
        }
        // Nobody looks any more: the lease ends what is under way, and the stages after it never begin.
        let end = now + i64::try_from(hold().seconds).unwrap() + 1;
        prop_assert!(world.rollout(end).is_none());
    }

    /// Whatever somebody has written into the plan by hand: a release that is worse goes back, or the guard says why not.
    #[test]
    fn a_worse_release_is_never_passed_over(
        seconds in 1..1064_i64,
        db in prop::option::of(0..8_u64),
        needs in (0..8_u64, 0..8_u64),
    ) {
        let mut world = World::ramping();
        let renewed = i64::from(seconds >= 420) * 420;
        if renewed > 0 {
            world.change(renewed, WRITER, &Change::RenewLease(std::time::Duration::from_secs(645)));
        }
        let mut plan: serde_json::Value = serde_json::from_str(world.current().text()).unwrap();
        let needs = [needs.0.min(needs.1), needs.0.max(needs.1)];
        plan["releases"]["old"]["needs"] = serde_json::json!({ "db": needs });
        plan["state"] = serde_json::json!({ "db": db });
        let plan = document(&plan.to_string());
        let (worse, context) = (Ok(Verdict::Worse("errors".into())), context(seconds, WRITER));
        let due = change_due(&plan, &context, &worse).map(|due| due.change);
        let back = Change::Rollback { to: Some(id("old")), reason: Some("errors".into()) };
        match refused_rollback(&plan, &context, &worse) {
            None => prop_assert_eq!(due, Some(back)),
            Some((refused, _)) => {
                prop_assert_eq!((due, refused.change), (None, back));
                prop_assert!(seconds >= 650, "`old` has viewers until the last step");
                prop_assert!(db.is_none_or(|db| !(needs[0]..=needs[1]).contains(&db)));
            }
        }
    }

    #[test]
    fn no_text_is_read_as_something_else(payload in ".{0,200}") {
        prop_assert!(Occurrence::parse(&payload).is_err());
    }
}

/// The instructions of a ramp with a gate.
fn gated() -> Hold {
    Hold { gate: Some(GateTerms::default()), ..hold() }
}

fn percent(world: &World, rollout: &Rollout, now: i64) -> f64 {
    let summary = Summary::of(world.current(), &context(now, WRITER));
    summary.percent(rollout.release.as_str())
}

fn try_change(world: &mut World, now: i64, change: &Change) {
    if apply(world.current(), change, &context(now, "alice")).is_ok() {
        world.change(now, "alice", change);
    }
}

#[test]
fn without_a_ramp_nothing_is_due() {
    let world = World::new();
    let worse = Ok(Verdict::Worse("any".into()));
    assert_eq!(change_due(world.current(), &context(0, WRITER), &worse), None);
}
