//! Ramps that nobody looks at.

use edgeswitch::{AlarmState, AwsErrorKind};
use plan_change::Progress;

use crate::guard::RAMP;
use crate::ramp::world::{World, put};

async fn with_alarm() -> World {
    let world = World::new().await;
    world.cloud.alarms.since("errors", AlarmState::Ok, world.ago(3600));
    world
}

#[tokio::test(start_paused = true)]
async fn a_ramp_reaches_its_end_with_the_terminal_closed() {
    let world = with_alarm().await;
    world.ramp().await;
    world.minutes(5).await;
    assert_eq!(world.percent(), 10.0);
    world.minutes(6).await;
    assert_eq!(world.percent(), 100.0);
    assert!(world.summary().lease.is_some(), "it is watched");
    world.minutes(5).await;
    let summary = world.summary();
    assert_eq!((summary.progress, summary.lease), (Progress::Settled, None));
    assert_eq!(world.told(), ["ramp 9f2c1e7 10 % 100 % by alice", "end lease by guard"]);
    let version = world.version();
    world.minutes(60).await;
    assert_eq!(world.version(), version, "nothing to do");
}

#[tokio::test(start_paused = true)]
async fn an_alarm_of_the_ramp_takes_it_back_once() {
    let world = with_alarm().await;
    world.ramp().await;
    world.minutes(4).await;
    world.cloud.alarms.since("errors", AlarmState::Alarm, world.ago(10));
    let ran = world.guard().await;
    assert!(ran.out.contains("rollback to 41ab03d: alarm `errors`: 5 errors > 1"), "{ran:?}");
    assert_eq!(world.percent(), 0.0);
    let last = world.summary().last_change.unwrap();
    assert_eq!(last.by.as_deref(), Some("guard"));
    assert_eq!(last.why.as_deref(), Some("alarm `errors`: 5 errors > 1"));
    let version = world.version();
    world.minutes(30).await;
    assert_eq!(world.version(), version, "never twice");
    assert_eq!(world.told(), ["ramp 9f2c1e7 10 % 100 % by alice", "rollback to 41ab03d by guard"]);
}

#[tokio::test(start_paused = true)]
async fn an_alarm_between_the_check_and_the_first_step_ends_the_ramp() {
    let world = with_alarm().await;
    world.ramp().await;
    world.cloud.alarms.since("errors", AlarmState::Alarm, world.ago(0));
    world.minutes(1).await;
    assert_eq!((world.percent(), world.summary().lease), (0.0, None));
    assert_eq!(world.told(), ["ramp 9f2c1e7 10 % 100 % by alice", "rollback to 41ab03d by guard"]);
}

#[tokio::test(start_paused = true)]
async fn an_older_alarm_and_a_muted_one_take_nothing_back() {
    let world = with_alarm().await;
    world.ramp().await;
    world.cloud.alarms.since("errors", AlarmState::Alarm, world.ago(60));
    world.minutes(5).await;
    assert_eq!(world.percent(), 10.0, "it went on before the ramp was accepted");
    world.cloud.alarms.since("errors", AlarmState::Alarm, world.ago(1));
    world.cloud.alarms.mute("errors", true);
    world.minutes(3).await;
    assert_eq!(world.percent(), 10.0, "it is muted");
    world.cloud.alarms.mute("errors", false);
    world.minutes(1).await;
    assert_eq!(world.percent(), 0.0, "it is still on when the window ends");
}

#[tokio::test(start_paused = true)]
async fn without_a_guard_or_without_a_look_at_the_alarms_the_lease_ends_the_ramp() {
    for is_blind in [false, true] {
        let world = with_alarm().await;
        world.ramp().await;
        if is_blind {
            world.cloud.alarms.fail(Some(AwsErrorKind::Denied));
            world.minutes(3).await;
            let ran = world.guard().await;
            assert!(ran.out.contains("the lease is not renewed meanwhile"), "{ran:?}");
            world.minutes(12).await;
        } else {
            tokio::time::sleep(std::time::Duration::from_secs(660)).await;
        }
        assert_eq!(world.percent(), 0.0, "blind: {is_blind}");
        assert_eq!(world.summary().progress, Progress::Lapsed);
    }
}

/// Somebody has written a state into the plan on which the release before cannot run.
#[tokio::test(start_paused = true)]
async fn a_rollback_that_the_plan_refuses_is_trouble_at_each_run() {
    let world = with_alarm().await;
    world.ramp().await;
    world.minutes(12).await;
    assert_eq!(world.percent(), 100.0);
    let mut plan: serde_json::Value = serde_json::from_str(&world.text()).unwrap();
    plan["state"] = serde_json::json!({ "orders-db": 5 });
    plan["releases"]["41ab03d"]["needs"] = serde_json::json!({ "orders-db": [3, 4] });
    let by_hand = plan.to_string();
    put(&world.cloud.store, &by_hand).await;
    world.cloud.alarms.since("errors", AlarmState::Alarm, world.ago(1));
    let said = "trouble: rollback to 41ab03d: alarm `errors`: 5 errors > 1, and the plan refuses it: \
                a rollback cannot go to `41ab03d`: `orders-db` is 5, and it needs 3..4; ";
    for _ in 0..2 {
        let ran = world.guard().await;
        assert!(ran.out.contains(said) && ran.out.contains("state set orders-db"), "{ran:?}");
        assert_eq!(ran.exit, edgeswitch::Exit::Failed, "{ran:?}");
        assert_eq!(world.text(), by_hand, "the lease is not renewed");
    }
    // The step that the guard names. The next run goes back.
    assert_eq!(world.run("state set orders-db 4 -y").await.exit, edgeswitch::Exit::Done);
    world.guard().await;
    assert_eq!(world.percent(), 0.0);
}

#[tokio::test(start_paused = true)]
async fn a_person_pauses_and_goes_on_beside_the_guard() {
    let world = with_alarm().await;
    world.ramp().await;
    world.minutes(3).await;
    assert_eq!(world.run("ramp pause -y").await.exit, edgeswitch::Exit::Done);
    world.minutes(60).await;
    assert_eq!((world.percent(), world.summary().paused_steps), (10.0, 1), "the lease is renewed");
    assert_eq!(world.run("ramp resume -y").await.exit, edgeswitch::Exit::Done);
    world.minutes(8).await;
    assert_eq!(world.summary().progress, Progress::Settled);
    assert_eq!(world.percent(), 100.0);
    assert!(RAMP.contains("--guarded"));
}
