//! A night of thirty ramps, from eleven to seven. Nobody looks.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use edge_time::Clock;
use edgeswitch::{AlarmState, AwsErrorKind, Exit};
use plan_change::Progress;
use ssm_sim::{Extent, Fault};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::ramp::world::World;

/// What happens to a ramp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Happens {
    Nothing,
    /// The alarm of the ramp goes on.
    Alarm,
    /// CloudWatch says late that the alarm has been on since before the ramp was accepted.
    OldAlarm,
    /// The alarm goes on before the ramp's first step.
    EarlyAlarm,
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
    /// A person changes the load balancer by hand.
    Balancer,
}

const ALL: [Happens; 11] = [
    Happens::Nothing,
    Happens::Alarm,
    Happens::OldAlarm,
    Happens::EarlyAlarm,
    Happens::MutedAlarm,
    Happens::Throttled,
    Happens::Blind,
    Happens::Away,
    Happens::Person,
    Happens::Pipeline,
    Happens::Balancer,
];

impl Happens {
    /// Whether the release of the ramp gets all traffic in the end.
    fn succeeds(self) -> bool {
        !matches!(self, Self::Alarm | Self::EarlyAlarm | Self::Person)
    }
}

/// The project of the night, with a load balancer that follows the plan.
fn project() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("edgeswitch.toml");
    let arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012";
    let text = format!(
        "name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \
         \"/shop/plan\"\nhome_region = \"eu-central-1\"\n\
         [[followers]]\nname = \"api\"\nlistener = \"{arn}:listener/app/shop/1/2\"\n\
         target_groups = {{ blue = \"{arn}:{BLUE}\", green = \"{arn}:{GREEN}\" }}\n"
    );
    fs::write(&path, text).unwrap();
    (folder, path)
}

const BLUE: &str = "targetgroup/blue/3";
const GREEN: &str = "targetgroup/green/4";

impl World {
    /// The share of a target group, in percent.
    fn routed(&self, group: &str) -> u32 {
        let groups = self.cloud.balancer.0.lock().unwrap();
        let total: u32 = groups.iter().map(|(_, weight)| weight).sum();
        let own: u32 =
            groups.iter().filter(|(arn, _)| arn.ends_with(group)).map(|(_, weight)| weight).sum();
        100 * own / total
    }

    /// Somebody gives the first target group every third request.
    fn route_by_hand(&self) {
        let mut groups = self.cloud.balancer.0.lock().unwrap();
        for (index, (_, weight)) in groups.iter_mut().enumerate() {
            *weight = if index == 0 { 1 } else { 2 };
        }
    }
}

/// A load balancer that somebody has changed by hand is theirs: each run says so, and the ramp goes on.
async fn by_hand(world: &World, candidate: &str) {
    const SAID: &str = "trouble: follower `api` was changed by somebody else: `edgeswitch follow \
                        api --force` takes it back\n";
    world.route_by_hand();
    let routed = world.cloud.balancer.0.lock().unwrap().clone();
    for _ in 0..5 {
        sleep(Duration::from_secs(60)).await;
        let ran = world.guard().await;
        assert!(ran.out.contains(SAID), "{ran:?}");
        assert_eq!(*world.cloud.balancer.0.lock().unwrap(), routed, "it is not overwritten");
    }
    let summary = world.summary();
    assert_eq!(summary.percent(candidate), 100.0, "the ramp goes on");
    let taken = world.run("follow api --force -y").await;
    assert_eq!(taken.exit, Exit::Done, "{taken:?}");
    let ran = world.guard().await;
    assert!(!ran.out.contains("follower `api` was changed"), "{ran:?}");
}

#[tokio::test(start_paused = true)]
async fn after_thirty_ramps_nothing_is_half_done() {
    let (_folder, path) = project();
    let world = World { config: Some(path), ..World::new().await };
    let groups = [BLUE, GREEN]
        .map(|group| format!("arn:aws:elasticloadbalancing:eu-central-1:123456789012:{group}"));
    let [blue, green] = groups;
    *world.cloud.balancer.0.lock().unwrap() = vec![(blue, 100), (green, 0)];
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
            world.cloud.alarms.since("errors", AlarmState::Alarm, world.ago(600));
        }
        if happens == Happens::EarlyAlarm {
            world.cloud.alarms.since("errors", AlarmState::Alarm, world.ago(0));
        }
        night(&world, happens, 2).await;
        event(&world, happens, number).await;
        if happens == Happens::Balancer {
            by_hand(&world, candidate).await;
        } else {
            night(&world, happens, 3).await;
        }
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
        let (group, other) = if active == "41ab03d" { (BLUE, GREEN) } else { (GREEN, BLUE) };
        let routed = (world.routed(group), world.routed(other));
        assert_eq!(routed, (100, 0), "ramp {number}, {happens:?}");
    }
    assert!(world.clock.now().0 - crate::ramp::world::NOW.0 < 8 * 3_600_000, "before seven");
    let told = world.told();
    let count = |what: &str| told.iter().filter(|line| line.contains(what)).count();
    assert_eq!(count("by guard"), 22 + 6, "{told:#?}");
    assert_eq!(count("rollback to"), 6, "by alarms");
    assert_eq!(count("rollback by alice"), 2);
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
        Happens::Nothing
        | Happens::OldAlarm
        | Happens::EarlyAlarm
        | Happens::Away
        | Happens::Balancer => {}
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
            let line = format!("release add bbbbb{number:02} -y");
            let died = tokio::time::timeout(Duration::from_millis(100), world.run(&line)).await;
            assert!(died.is_err(), "it was killed while it made sure");
        }
    }
}
