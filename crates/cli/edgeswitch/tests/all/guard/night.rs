//! A night of thirty ramps, from eleven to seven. Nobody looks.

use std::time::Duration;

use edge_time::Clock;
use edgeswitch::{AlarmState, AwsErrorKind, Exit};
use plan_change::Progress;
use ssm_sim::{Extent, Fault};
use tokio::time::sleep;

use crate::ramp::world::World;

/// What happens to a ramp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Happens {
    Nothing,
    /// The alarm of the ramp goes on.
    Alarm,
    /// The alarm has been on since before the ramp's first step.
    OldAlarm,
    /// The alarm goes on and is muted until after the ramp.
    MutedAlarm,
    /// Parameter Store is throttled for two minutes.
    Throttled,
    /// The alarms cannot be read for two minutes.
    Blind,
    /// The guard does not run for three minutes.
    Away,
    /// A person rolls back.
    Person,
    /// A pipeline registers a release, and dies.
    Pipeline,
}

const ALL: [Happens; 9] = [
    Happens::Nothing,
    Happens::Alarm,
    Happens::OldAlarm,
    Happens::MutedAlarm,
    Happens::Throttled,
    Happens::Blind,
    Happens::Away,
    Happens::Person,
    Happens::Pipeline,
];

impl Happens {
    /// Whether the release of the ramp gets all traffic in the end.
    fn succeeds(self) -> bool {
        !matches!(self, Self::Alarm | Self::Person)
    }
}

#[tokio::test(start_paused = true)]
async fn after_thirty_ramps_nothing_is_half_done() {
    let world = World::new().await;
    world.cloud.alarms.since("errors", AlarmState::Ok, world.ago(3600));
    world.guard().await;
    let mut active = "41ab03d";
    for number in 0..30 {
        let happens = ALL[number % ALL.len()];
        let candidate = if active == "41ab03d" { "9f2c1e7" } else { "41ab03d" };
        let line = format!(
            "ramp {candidate} --steps 10,100 --every 4m --bake 2m --alarm errors --guarded -y"
        );
        let began = world.run(&line).await;
        assert_eq!(began.exit, Exit::Done, "ramp {number}, {happens:?}: {began:?}");
        if happens == Happens::OldAlarm {
            world.cloud.alarms.since("errors", AlarmState::Alarm, world.clock.now());
        }
        night(&world, happens, 2).await;
        event(&world, happens, number).await;
        night(&world, happens, 3).await;
        world.cloud.alarms.fail(None);
        world.cloud.store.faults().writes.clear();
        night(&world, Happens::Nothing, 5).await;
        world.cloud.alarms.mute("errors", false);
        world.cloud.alarms.since("errors", AlarmState::Ok, world.clock.now());
        world.guard().await;
        if happens.succeeds() {
            active = candidate;
        }
        let summary = world.summary();
        assert_eq!(summary.percent(active), 100.0, "ramp {number}, {happens:?}: {summary:?}");
        assert_eq!(summary.progress, Progress::Settled, "ramp {number}, {happens:?}");
    }
    assert!(world.clock.now().0 - crate::ramp::world::NOW.0 < 8 * 3_600_000, "before seven");
    let told = world.told();
    let count = |what: &str| told.iter().filter(|line| line.contains(what)).count();
    assert_eq!(count("by guard"), 23 + 4, "{told:#?}");
    assert_eq!(count("rollback to"), 4, "by alarms");
    assert_eq!(count("rollback by alice"), 3);
    assert_eq!(told.iter().filter(|line| line.starts_with("ramp ")).count(), 30);
}

/// Some minutes of the night.
async fn night(world: &World, happens: Happens, minutes: u32) {
    for _ in 0..minutes {
        sleep(Duration::from_secs(60)).await;
        if happens != Happens::Away {
            world.guard().await;
        }
    }
}

async fn event(world: &World, happens: Happens, number: usize) {
    let now = world.clock.now();
    match happens {
        Happens::Nothing | Happens::OldAlarm | Happens::Away => {}
        Happens::Alarm => world.cloud.alarms.since("errors", AlarmState::Alarm, now),
        Happens::MutedAlarm => {
            world.cloud.alarms.mute("errors", true);
            world.cloud.alarms.since("errors", AlarmState::Alarm, now);
        }
        Happens::Throttled => {
            world.cloud.store.faults().writes.switch_on(Fault::Throttled, Extent::Next(8));
        }
        Happens::Blind => world.cloud.alarms.fail(Some(AwsErrorKind::Throttled)),
        Happens::Person => {
            assert_eq!(world.run("rollback -y --no-wait").await.exit, Exit::Done);
        }
        Happens::Pipeline => {
            let line = format!("release add bbbbb{number:02} --prefix /releases/b{number:02} -y");
            let died = tokio::time::timeout(Duration::from_millis(100), world.run(&line)).await;
            assert!(died.is_err(), "it was killed while it made sure");
        }
    }
}
