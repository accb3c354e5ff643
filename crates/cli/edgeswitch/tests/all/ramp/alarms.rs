//! Alarms, and how a ramp is taken back.

use std::time::Duration;

use edgeswitch::{AlarmState, AwsErrorKind, Exit};
use plan_change::Progress;
use ssm_sim::{Extent, Fault};
use tokio::time::sleep;

use crate::ramp::schedule::{RAMP, beside, minutes};
use crate::ramp::world::World;

#[tokio::test(start_paused = true)]
async fn an_alarm_rolls_back_at_once_and_its_reason_is_kept() {
    let world = World::new().await;
    world.cloud.alarms.set("errors", AlarmState::Ok);
    let fire = async {
        minutes(12).await;
        assert_eq!(world.percent(), 50.0);
        world.cloud.alarms.set("errors", AlarmState::Alarm);
        sleep(Duration::from_secs(6)).await;
        assert_eq!(world.percent(), 0.0);
    };
    let ran = beside(&world, &format!("{RAMP} --alarm errors"), fire).await;
    assert_eq!(ran.exit, Exit::Failed, "{ran:?}");
    assert!(ran.err.contains("error: rolled back: alarm `errors`: 5 errors > 1\n"), "{}", ran.err);
    let summary = world.summary();
    assert_eq!(summary.progress, Progress::Settled);
    assert_eq!(summary.last_change.unwrap().why.unwrap(), "alarm `errors`: 5 errors > 1");
}

#[tokio::test(start_paused = true)]
async fn the_last_step_is_watched_as_long_as_it_was_asked_for() {
    let world = World::new().await;
    world.cloud.alarms.set("errors", AlarmState::Ok);
    let line = "ramp 9f2c1e7 --steps 10,50 --every 10m --bake 10m --alarm errors -y";
    let fire = async {
        minutes(20).await;
        assert_eq!((world.percent(), world.summary().lease.is_some()), (50.0, true));
        world.cloud.alarms.set("errors", AlarmState::Alarm);
    };
    let ran = beside(&world, line, fire).await;
    assert!(ran.err.contains("error: rolled back: alarm `errors`"), "{ran:?}");
    assert_eq!(world.percent(), 0.0);
}

#[tokio::test(start_paused = true)]
async fn a_rollback_survives_trouble_and_goes_back_no_further() {
    let world = World::new().await;
    world.cloud.alarms.set("errors", AlarmState::Ok);
    let fire = async {
        minutes(12).await;
        world.cloud.store.faults().writes.switch_on(Fault::AnswerLost, Extent::Next(3));
        world.cloud.alarms.set("errors", AlarmState::Alarm);
    };
    let ran = beside(&world, &format!("{RAMP} --alarm errors"), fire).await;
    assert!(ran.err.contains("error: rolled back"), "{ran:?}");
    assert_eq!(world.summary().percent("41ab03d"), 100.0);
}

#[tokio::test(start_paused = true)]
async fn nobody_begins_a_ramp_under_an_alarm() {
    let world = World::new().await;
    world.cloud.alarms.set("errors", AlarmState::Alarm);
    world.cloud.alarms.set("young", AlarmState::InsufficientData);
    let before = world.text();
    let table = [
        ("errors", "error: alarm `errors` is already on: 5 errors > 1; nothing was written"),
        ("none", "error: the alarms cannot be read: read alarms: trouble"),
    ];
    for (name, problem) in table {
        let ran = world.run(&format!("{RAMP} --alarm {name}")).await;
        assert_eq!(ran.exit, Exit::Failed, "{name}: {ran:?}");
        assert!(ran.err.contains(problem), "{name}: {}", ran.err);
        assert_eq!(world.text(), before, "{name}");
    }
    let young = world.run(&format!("{RAMP} --alarm young --dry-run")).await;
    assert!(young.err.contains("alarm `young` has too little data"), "{young:?}");
}

#[tokio::test(start_paused = true)]
async fn alarms_that_cannot_be_read_for_long_end_a_ramp() {
    let world = World::new().await;
    world.cloud.alarms.set("errors", AlarmState::Ok);
    let trouble = async {
        minutes(2).await;
        world.cloud.alarms.fail(Some(AwsErrorKind::Throttled));
        sleep(Duration::from_secs(50)).await;
        world.cloud.alarms.fail(None);
        minutes(1).await;
        assert_eq!(world.percent(), 10.0, "50 s are no reason");
        world.cloud.alarms.fail(Some(AwsErrorKind::Lost));
        sleep(Duration::from_secs(70)).await;
        assert_eq!(world.percent(), 0.0);
    };
    let ran = beside(&world, &format!("{RAMP} --alarm errors"), trouble).await;
    assert!(ran.err.contains("error: rolled back: the alarms cannot be read"), "{ran:?}");
}
