//! A guard that is killed at any call: the next run brings everything to the same end.

use std::time::Duration;

use edgeswitch::AlarmState;

use crate::ramp::world::World;

#[tokio::test(start_paused = true)]
async fn a_guard_that_is_killed_at_any_call_is_finished_by_the_next_run() {
    let mut kills = 0;
    loop {
        let world = World::new().await;
        world.cloud.alarms.since("errors", AlarmState::Ok, world.ago(3600));
        world.ramp().await;
        world.minutes(2).await;
        world.cloud.alarms.since("errors", AlarmState::Alarm, world.ago(1));
        world.cloud.calls.kill_after(Some(kills));
        let ended = tokio::time::timeout(Duration::from_secs(60), world.guard()).await.is_ok();
        world.cloud.calls.kill_after(None);
        let next = world.guard().await;
        assert_eq!(next.exit, edgeswitch::Exit::Done, "after {kills} steps: {next:?}");
        assert_eq!(world.percent(), 0.0, "after {kills} steps");
        assert_eq!(world.summary().percent("41ab03d"), 100.0, "after {kills} steps");
        let told = world.told();
        let back = |line: &&String| *line == "rollback to 41ab03d by guard";
        assert!(told.iter().any(|line| back(&line)), "after {kills} steps: {told:?}");
        let version = world.version();
        world.minutes(3).await;
        assert_eq!(world.version(), version, "after {kills} steps");
        if ended {
            break;
        }
        kills += 1;
    }
    assert!(kills > 10, "{kills} places to die");
}
