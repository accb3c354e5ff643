//! Which alarms end a ramp.

use std::time::Duration;

use guard_rules::{
    AlarmJudge, AlarmSeen, AlarmState, Judge, NotThisRollout, Rollout, Verdict, WRITER, judge,
};
use plan_change::Change;

use crate::support::{HOME, World, alarm, at, guarded, hold};

fn ends(alarm: &AlarmSeen, rollout: &Rollout) -> Result<(), NotThisRollout> {
    AlarmJudge { home_region: HOME, seen: &[] }.ends(alarm, rollout)
}

#[test]
fn an_alarm_ends_the_ramp_only_if_it_belongs_to_it() {
    let mut world = World::ramping();
    world.change(420, WRITER, &Change::RenewLease(Duration::from_secs(645)));
    // The second step is in force; the release has a share since 10:00:50.
    let rollout = world.rollout(700).unwrap();
    assert_eq!(rollout.since, at(50));
    let rows: Vec<(&str, AlarmSeen, Option<&str>)> = vec![
        ("in the first step", alarm(330), None),
        ("in the second step", alarm(660), None),
        ("in the second in which it began", alarm(50), None),
        ("as CloudWatch answers", AlarmSeen { before: None, ..alarm(330) }, None),
        (
            "from too little data",
            AlarmSeen { before: Some(AlarmState::InsufficientData), ..alarm(330) },
            None,
        ),
        ("no Region in the message", AlarmSeen { region: None, ..alarm(330) }, None),
        (
            "a second before",
            alarm(49),
            Some(
                "the alarm has been on since 10:00:49 UTC, and alarms of this ramp count from \
                 10:00:50 UTC on",
            ),
        ),
        (
            "the year before",
            AlarmSeen { since: Some(at(-31_536_000)), ..alarm(0) },
            Some(
                "the alarm has been on since 2025-11-22 10:00:00 UTC, and alarms of this ramp \
                 count from 10:00:50 UTC on",
            ),
        ),
        (
            "it was on before",
            AlarmSeen { before: Some(AlarmState::Alarm), ..alarm(330) },
            Some("the alarm was on before"),
        ),
        (
            "muted",
            AlarmSeen { muted: Some("night".into()), ..alarm(330) },
            Some("the alarm is muted by `night`"),
        ),
        ("without a time", AlarmSeen { since: None, ..alarm(330) }, Some("the alarm has no time")),
        ("off", AlarmSeen { state: AlarmState::Ok, ..alarm(330) }, Some("the alarm is not on")),
        (
            "too little data",
            AlarmSeen { state: AlarmState::InsufficientData, ..alarm(330) },
            Some("the alarm is not on"),
        ),
        (
            "another alarm",
            AlarmSeen { name: "blog-5xx".into(), ..alarm(330) },
            Some("the ramp does not name the alarm"),
        ),
        (
            "another Region",
            AlarmSeen { region: Some(HOME.into()), ..alarm(330) },
            Some("the ramp names the alarm of `us-east-1`"),
        ),
    ];
    for (name, alarm, refused) in rows {
        let reason = ends(&alarm, &rollout).err().map(|reason| reason.to_string());
        assert_eq!(reason.as_deref(), refused, "{name}");
    }
}

/// The alarms were sound when the ramp was accepted. If one goes on between then and the first step, it stays on, and
/// nobody would see what the release does.
#[test]
fn an_alarm_counts_from_the_check_at_the_start_on() {
    let mut world = World::new();
    let hold = plan_change::Hold { watched_from: Some(at(0)), ..hold() };
    world.change(1, "alice", &guarded("new", &["10", "100"], hold));
    for now in [20, 300] {
        let rollout = world.rollout(now).unwrap();
        assert_eq!((rollout.since, rollout.watched_from), (at(51), at(0)), "{now}");
        assert!(ends(&alarm(0), &rollout).is_ok(), "{now}");
        assert!(ends(&alarm(20), &rollout).is_ok(), "{now}");
        assert!(ends(&alarm(-1), &rollout).is_err(), "{now}");
    }
}

/// Earlier versions wrote no time of the check.
#[test]
fn without_the_time_of_the_check_alarms_count_from_the_first_step_on() {
    let rollout = World::ramping().rollout(20).unwrap();
    assert_eq!(rollout.since, at(50), "the step that will begin");
    assert!(ends(&alarm(20), &rollout).is_err());
}

#[test]
fn a_ramp_without_a_region_means_alarms_of_the_home_region() {
    let mut world = World::new();
    let hold = plan_change::Hold { alarm_region: None, ..hold() };
    world.change(0, "alice", &guarded("new", &["10", "100"], hold));
    let rollout = world.rollout(100).unwrap();
    assert!(ends(&AlarmSeen { region: Some(HOME.into()), ..alarm(90) }, &rollout).is_ok());
    assert!(ends(&alarm(90), &rollout).is_err());
}

struct Says(Verdict);

impl Judge for Says {
    fn judge(&self, _: &Rollout) -> Verdict {
        self.0.clone()
    }
}

#[test]
fn one_judge_that_says_worse_is_enough() {
    let rollout = World::ramping().rollout(100).unwrap();
    let worse = || Verdict::Worse("twice the errors".into());
    let unsure = |why: &str| Verdict::CannotTell(why.into());
    let rows = [
        ("nobody", vec![], Verdict::NotWorse),
        ("fine", vec![Verdict::NotWorse, Verdict::NotWorse], Verdict::NotWorse),
        ("unsure", vec![Verdict::NotWorse, unsure("few"), unsure("fewer")], unsure("few")),
        ("worse", vec![unsure("few"), worse(), Verdict::NotWorse], worse()),
    ];
    for (name, verdicts, expected) in rows {
        let judges: Vec<Says> = verdicts.into_iter().map(Says).collect();
        let judges: Vec<&dyn Judge> = judges.iter().map(|one| one as &dyn Judge).collect();
        assert_eq!(judge(&judges, &rollout), expected, "{name}");
    }
}
