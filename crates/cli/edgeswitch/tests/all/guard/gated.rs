//! Ramps with a gate that the guard asks, and the logs of their viewers.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use edge_time::{Clock, Timestamp};
use edgeswitch::{AlarmState, AwsErrorKind, Exit, Invoked, ReadLimits, Unattended};
use plan_change::Progress;
use serde_json::Value;
use ssm_sim::Put;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::gate::traffic::{Site, write_minute};
use crate::ramp::world::{Ran, World, put};

const SCHEDULE: &str = r#"{"source":"aws.events","detail-type":"Scheduled Event","detail":{}}"#;

const CONFIG: &str = r#"
name = "shop"
prefix_template = "/releases/{release}"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
[dev]
bucket = "bucket"
"#;

/// A ramp of `edgeswitch dev`, whose logs are in a folder. Its terminal is closed.
struct Night {
    world: World,
    folder: TempDir,
}

impl Night {
    /// A project without a ramp, and a guard that has run.
    async fn quiet() -> Self {
        let folder = TempDir::new().unwrap();
        let config = folder.path().join("edgeswitch.toml");
        fs::write(&config, CONFIG).unwrap();
        for release in ["41ab03d", "9f2c1e7"] {
            let release = folder.path().join("bucket/releases").join(release);
            fs::create_dir_all(&release).unwrap();
            fs::write(release.join("index.html"), release.display().to_string()).unwrap();
        }
        let world = World { config: Some(config), ..World::new().await };
        world.guard().await;
        Self { world, folder }
    }

    async fn of(steps: &str, more: &str) -> Self {
        let night = Self::quiet().await;
        let line = format!(
            "ramp 9f2c1e7 --steps {steps} --every 10m --guarded -y --gate --logs {} --lateness 0s --soak 5m \
             --min-page-loads 30 --local {more}",
            night.logs().display()
        );
        let ran = night.world.run(&line).await;
        assert_eq!(ran.exit, Exit::Done, "{ran:?}");
        assert!(ran.err.contains("the guard asks the gate every minute"), "{}", ran.err);
        night
    }

    fn logs(&self) -> PathBuf {
        self.folder.path().join("logs")
    }

    /// The viewers of some minutes. The guard runs after each.
    async fn serve(&self, site: Site, minutes: u32) -> Ran {
        let mut last = None;
        for _ in 0..minutes {
            serve_minute(&self.world, &self.logs(), site).await;
            last = Some(self.world.guard().await);
        }
        last.unwrap()
    }
}

/// Writes the log of this minute when it is over.
async fn serve_minute(world: &World, logs: &Path, site: Site) {
    let now = world.clock.now().0;
    let (began, percent) = (now.div_euclid(60_000), world.percent());
    sleep(Duration::from_millis(((began + 1) * 60_000 - now).unsigned_abs())).await;
    write_minute(logs, Timestamp(began * 60_000), percent, site);
}

#[tokio::test(start_paused = true)]
async fn a_worse_release_goes_back_and_the_plan_has_the_numbers() {
    for (site, kind) in [(Site::Broken, "server error"), (Site::Incomplete, "missing file")] {
        let night = Night::of("10,50,100", "").await;
        night.serve(site, 9).await;
        let summary = night.world.summary();
        assert_eq!((summary.progress, night.world.percent()), (Progress::Settled, 0.0), "{kind}");
        let last = summary.last_change.unwrap();
        let why = last.why.unwrap();
        assert_eq!(last.by.as_deref(), Some("guard"));
        let is_told = why.starts_with("gate: worse: ") && why.contains(kind);
        assert!(is_told && why.contains("at least"), "{why}");
        let version = night.world.version();
        night.serve(site, 5).await;
        assert_eq!(night.world.version(), version, "once");
        let told = ["ramp 9f2c1e7 10 % 50 % 100 % by alice", "rollback to 41ab03d by guard"];
        assert_eq!(night.world.told(), told);
    }
}

#[tokio::test(start_paused = true)]
async fn a_sound_release_gets_its_steps_at_their_times() {
    let night = Night::of("10,50,100", "--bake 2m").await;
    for (minutes, percent) in [(5, 10.0), (5, 10.0), (1, 50.0), (9, 50.0), (2, 100.0)] {
        let ran = night.serve(Site::Sound, minutes).await;
        assert_eq!(night.world.percent(), percent, "{ran:?}");
        assert!(!ran.out.contains("trouble"), "{ran:?}");
    }
    night.serve(Site::Sound, 3).await;
    let summary = night.world.summary();
    assert_eq!((summary.progress, night.world.percent()), (Progress::Settled, 100.0));
    // Long before each step nothing is held, and it is let go before its time.
    let held = ["ramp pause by guard", "ramp resume by guard"];
    let begun = "ramp 9f2c1e7 10 % 50 % 100 % by alice";
    let told = night.world.told();
    assert!(
        told.iter()
            .all(|line| held.contains(&&**line) || line == begun || line == "end lease by guard"),
        "{told:?}"
    );
    assert_eq!(told.last().map(String::as_str), Some("end lease by guard"));
}

#[tokio::test(start_paused = true)]
async fn a_step_is_held_for_as_long_as_nothing_can_be_told() {
    let night = Night::of("10,50,100", "").await;
    fs::create_dir_all(night.logs()).unwrap();
    night.world.minutes(5).await;
    assert_eq!(night.world.summary().paused_steps, 0, "the step is not near");
    night.world.minutes(55).await;
    assert_eq!((night.world.percent(), night.world.summary().paused_steps), (10.0, 2));
    assert!(night.world.summary().lease.unwrap().in_seconds > 200, "the lease is renewed");
    let status = night.world.run("status").await;
    assert!(
        status.out.contains("           gate: cannot tell: there is no log in"),
        "{}",
        status.out
    );
    let way_on = "           the next step is held: `edgeswitch ramp resume` lets it pass\n";
    assert!(status.out.contains(way_on), "{}", status.out);
    night.serve(Site::Sound, 9).await;
    assert_eq!(night.world.percent(), 50.0);
    night.serve(Site::Sound, 12).await;
    assert_eq!(night.world.percent(), 100.0);
}

/// An hour without a log is trouble, and the first minutes without one are not.
#[tokio::test(start_paused = true)]
async fn logs_that_do_not_come_are_trouble_after_a_while() {
    let night = Night::of("10,50", "--then promote").await;
    fs::create_dir_all(night.logs()).unwrap();
    night.world.minutes(3).await;
    let early = night.world.guard().await;
    assert!(early.out.starts_with("gate: cannot tell: there is no log in"), "{early:?}");
    assert_eq!(early.exit, Exit::Done, "{early:?}");
    night.world.minutes(5).await;
    let late = night.world.guard().await;
    assert!(late.out.contains("trouble: gate: cannot tell: there is no log in"), "{late:?}");
    assert_eq!((late.exit, night.world.percent()), (Exit::Failed, 10.0));
}

/// Neither a rollback nor a silent pass.
#[tokio::test(start_paused = true)]
async fn logs_that_cannot_be_read_hold_the_step_and_are_trouble() {
    let night = Night::of("10,50", "--then promote").await;
    night.serve(Site::Sound, 6).await;
    fs::write(night.logs().join("z.log"), "#Fields: date time x-event\n").unwrap();
    let broken = night.serve(Site::Sound, 20).await;
    assert!(broken.out.contains("trouble: gate: `"), "{broken:?}");
    assert!(broken.out.contains("z.log` was not read to its end"), "{broken:?}");
    assert_eq!((night.world.percent(), night.world.summary().paused_steps), (10.0, 1));
    let status = night.world.run("status").await;
    assert_eq!(status.exit, Exit::Failed, "{status:?}");
    fs::remove_dir_all(night.logs()).unwrap();
    let gone = night.world.guard().await;
    assert!(gone.out.contains("trouble: gate: read `"), "{gone:?}");
    assert_eq!(night.world.percent(), 10.0);
}

#[tokio::test(start_paused = true)]
async fn somebody_lets_one_step_pass_and_the_next_is_held_again() {
    let night = Night::of("10,50,100", "").await;
    fs::create_dir_all(night.logs()).unwrap();
    night.world.minutes(20).await;
    assert_eq!((night.world.percent(), night.world.summary().paused_steps), (10.0, 2));
    assert_eq!(night.world.run("ramp resume -y").await.exit, Exit::Done);
    night.world.minutes(2).await;
    assert_eq!(night.world.percent(), 50.0);
    night.world.minutes(40).await;
    assert_eq!((night.world.percent(), night.world.summary().paused_steps), (50.0, 1));
    let aborted = night.world.run("ramp abort -y").await;
    assert_eq!((aborted.exit, night.world.percent()), (Exit::Done, 0.0), "{aborted:?}");
    let after = night.world.guard().await;
    assert!(!after.out.contains("gate"), "{after:?}");
}

/// A last step below 100 % is compared too, before the release gets everybody.
#[tokio::test(start_paused = true)]
async fn the_end_waits_for_the_gate() {
    let night = Night::of("20", "--then promote").await;
    fs::create_dir_all(night.logs()).unwrap();
    night.world.minutes(30).await;
    assert_eq!(night.world.percent(), 20.0);
    night.serve(Site::Sound, 7).await;
    night.world.minutes(1).await;
    assert_eq!(night.world.percent(), 100.0);
}

#[tokio::test(start_paused = true)]
async fn alarms_come_first_and_the_logs_count_without_them() {
    let alarm = "--alarm errors --alarm-region us-east-1";
    let world_with = async || {
        let night = Night::quiet().await;
        night.world.cloud.alarms.since("errors", AlarmState::Ok, night.world.ago(3600));
        let line = format!(
            "ramp 9f2c1e7 --steps 10,100 --every 10m --guarded -y --gate --logs {} --lateness 0s --local {alarm}",
            night.logs().display()
        );
        assert_eq!(night.world.run(&line).await.exit, Exit::Done);
        night
    };
    let night = world_with().await;
    night.serve(Site::Sound, 4).await;
    night.world.cloud.alarms.since("errors", AlarmState::Alarm, night.world.ago(1));
    let ran = night.world.guard().await;
    assert!(
        ran.out.starts_with("rollback to 41ab03d: alarm `errors`"),
        "the gate is not asked: {ran:?}"
    );

    let night = world_with().await;
    night.serve(Site::Broken, 3).await;
    night.world.cloud.alarms.fail(Some(AwsErrorKind::Denied));
    night.serve(Site::Broken, 5).await;
    assert_eq!(night.world.percent(), 0.0);
    let why = night.world.summary().last_change.unwrap().why.unwrap();
    assert!(why.starts_with("gate: worse: "), "{why}");
}

/// A function that is too small says so, and the step is held.
#[tokio::test(start_paused = true)]
async fn more_logs_than_fit_hold_the_step() {
    let night = Night::of("10,100", "").await;
    let guard = Unattended::of(&night.folder.path().join("edgeswitch.toml")).unwrap();
    for _ in 0..7 {
        serve_minute(&night.world, &night.logs(), Site::Broken).await;
    }
    let hour = Duration::from_secs(3600);
    let rows = [
        (ReadLimits::of_function(72, hour), "more logs than the 0 requests that fit into memory"),
        (
            ReadLimits::of_function(256, Duration::ZERO),
            "more logs than can be read in the time of a run",
        ),
    ];
    let (cloud, clock) = (&night.world.cloud, &night.world.clock);
    for (limits, problem) in rows {
        let Invoked::Ran(run) = guard.invoke(cloud, clock, SCHEDULE, limits).await else {
            panic!("it was refused")
        };
        assert_eq!(run.gate.unwrap(), format!("cannot tell: {problem}"));
        let begin = format!("gate: {problem}; hold the ramp with `edgeswitch ramp --resume`");
        assert!(run.trouble[0].starts_with(&begin), "{:?}", run.trouble);
        assert_eq!(night.world.summary().paused_steps, 1, "{problem}");
    }
    let limits = ReadLimits::of_function(256, hour);
    let Invoked::Ran(run) = guard.invoke(cloud, clock, SCHEDULE, limits).await else {
        panic!("it was refused")
    };
    assert_eq!((night.world.percent(), run.trouble.len()), (0.0, 0), "{:?}", run.did);
}

/// A guard that is killed at any call between the look at the logs and the end of the run.
#[tokio::test(start_paused = true)]
async fn a_guard_that_is_killed_after_its_look_is_finished_by_the_next_run() {
    for (site, minutes, percent, paused) in [(Site::Broken, 6, 0.0, 0), (Site::Sound, 0, 10.0, 1)] {
        let mut kills = 0;
        loop {
            let night = Night::of("10,100", "").await;
            let world = &night.world;
            fs::create_dir_all(night.logs()).unwrap();
            sleep(Duration::from_secs(120)).await;
            for _ in 0..minutes {
                serve_minute(world, &night.logs(), site).await;
            }
            if minutes == 0 {
                sleep(Duration::from_secs(360)).await;
            }
            world.cloud.calls.kill_after(Some(kills));
            let ended = tokio::time::timeout(Duration::from_secs(20), world.guard()).await.is_ok();
            world.cloud.calls.kill_after(None);
            world.guard().await;
            let is = (world.percent(), world.summary().paused_steps);
            assert_eq!(is, (percent, paused), "{site:?} after {kills} steps");
            let version = world.version();
            sleep(Duration::from_secs(60)).await;
            world.guard().await;
            let renewed = u64::from(percent > 0.0);
            assert!(world.version() - version <= renewed, "{site:?} after {kills} steps");
            if ended {
                break;
            }
            kills += 3;
        }
        assert!(kills > 10, "{kills} places to die");
    }
}

/// The command of a terminal takes the gate over, and the step that is held.
#[tokio::test(start_paused = true)]
async fn a_command_takes_the_gate_over_from_the_guard() {
    let night = Night::of("10,100", "").await;
    fs::create_dir_all(night.logs()).unwrap();
    night.world.minutes(15).await;
    assert_eq!(night.world.summary().paused_steps, 1);
    let viewers = async {
        for _ in 0..8 {
            serve_minute(&night.world, &night.logs(), Site::Sound).await;
        }
        sleep(Duration::from_secs(120)).await;
    };
    let (ran, ()) = tokio::join!(night.world.run("ramp --resume -y"), viewers);
    let logs = night.logs();
    let terms = format!(
        "the guard holds the ramp: it goes on with --bake 0s --gate --logs {} --min-page-loads 30 --soak 300s \
         --lateness 0s\n",
        logs.display()
    );
    assert!(ran.err.contains(&terms), "{}", ran.err);
    assert_eq!((ran.exit, night.world.percent()), (Exit::Done, 100.0), "{ran:?}");
}

/// Somebody has written the plan by hand. The guard says so, or waits, and looks at the alarms all the same.
#[tokio::test(start_paused = true)]
async fn any_number_in_the_plan_leaves_the_guard_running() {
    let rows = [
        (r#""alpha":7.5"#, "trouble: gate: invalid error rate `7.5`"),
        (r#""tolerated_ratio":-1e300"#, "trouble: gate: invalid tolerated ratio"),
        (r#""soak_seconds":18446744073709551615"#, "gate: cannot tell: "),
        (r#""lateness_seconds":18446744073709551615"#, "gate: cannot tell: "),
        (r#""min_page_loads":18446744073709551615"#, "gate: cannot tell: "),
        (r#""logs":"-""#, "trouble: gate: no logs: "),
        (r#""logs":"s3://""#, "trouble: gate: `s3://` has no name of a bucket after it"),
    ];
    for (number, said) in rows {
        let night = Night::of("10,100", "").await;
        night.serve(Site::Sound, 2).await;
        let mut plan: Value = serde_json::from_str(&night.world.text()).unwrap();
        let written: Value = serde_json::from_str(&format!("{{{number}}}")).unwrap();
        let gate = plan["lease"]["guard"]["gate"].as_object_mut().unwrap();
        gate.extend(written.as_object().unwrap().clone());
        put(&night.world.cloud.store, &plan.to_string()).await;
        let ran = night.world.guard().await;
        assert!(ran.out.lines().any(|line| line.starts_with(said)), "{number}: {ran:?}");
        night.serve(Site::Sound, 8).await;
        let is = (night.world.percent(), night.world.summary().paused_steps);
        assert_eq!(is, (10.0, 1), "{number}: the step is held");
    }
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_does_not_know_the_gate_gets_no_ramp_with_one() {
    let world = World::new().await;
    let line = "ramp 9f2c1e7 --steps 10,100 --every 10m --guarded -y --gate --logs s3://shop-logs/";
    let older = format!(r#"{{"schema":1,"ran":"{}","version":1}}"#, world.clock.now());
    let (name, value) = ("/shop/plan-guard".into(), older);
    world.cloud.store.put(Put { name, value, ..Put::default() }).await.unwrap();
    let before = world.text();
    let old = world.run(line).await;
    let said = "error: the guard of this plan does not know the gate; nothing was written\nhint: ";
    assert!(old.err.contains(said), "{}", old.err);
    assert_eq!((old.exit, world.text()), (Exit::Failed, before));
    world.guard().await;
    assert_eq!(world.run(line).await.exit, Exit::Done);
}
