//! `ramp --gate`: what the viewers in the logs do to a ramp.

use std::path::{Path, PathBuf};
use std::time::Duration;

use edge_time::{Clock, Timestamp};
use edgeswitch::Exit;
use plan_change::Progress;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::gate::traffic::{Site, write_minute};
use crate::ramp::schedule::{beside, minutes};
use crate::ramp::world::{Ran, World, put_guard};

/// A folder for logs, and the command line of a ramp that reads it.
fn ramp(steps: &str) -> (TempDir, PathBuf, String) {
    let folder = TempDir::new().unwrap();
    let logs = folder.path().join("logs");
    let line = format!(
        "ramp 9f2c1e7 --steps {steps} --every 10m -y --gate --logs {} --lateness 0s --soak 5m --min-page-loads 30",
        logs.display()
    );
    (folder, logs, line)
}

/// Writes the log of each minute when it is over.
async fn serve(world: &World, logs: &Path, site: Site, for_minutes: u64) {
    for _ in 0..for_minutes {
        let began = world.clock.now().0.div_euclid(60_000);
        let percent = world.percent();
        sleep(Duration::from_millis(((began + 1) * 60_000 - world.clock.now().0) as u64)).await;
        write_minute(logs, Timestamp(began * 60_000), percent, site);
    }
}

fn says(ran: &Ran, words: &str) -> bool {
    ran.err.lines().any(|line| line.starts_with(words))
}

#[tokio::test(start_paused = true)]
async fn a_worse_release_goes_back_and_the_plan_says_why() {
    for (site, kind) in [(Site::Broken, "server error"), (Site::Incomplete, "missing file")] {
        let world = World::new().await;
        let (_folder, logs, line) = ramp("10,50");
        let ran = beside(&world, &line, serve(&world, &logs, site, 9)).await;
        assert_eq!(ran.exit, Exit::Failed, "{ran:?}");
        let summary = world.summary();
        assert_eq!((summary.progress, world.percent()), (Progress::Settled, 0.0));
        let why = summary.last_change.unwrap().why.unwrap();
        let is_told = why.starts_with("gate: worse: ") && why.contains(kind);
        assert!(is_told && why.contains("at least"), "{why}");
        assert!(says(&ran, &format!("error: rolled back: {why}")), "{}", ran.err);
    }
}

#[tokio::test(start_paused = true)]
async fn a_sound_release_gets_its_steps_in_time() {
    let world = World::new().await;
    let (_folder, logs, line) = ramp("10,50,100");
    let ran = beside(&world, &line, serve(&world, &logs, Site::Sound, 22)).await;
    assert_eq!((ran.exit, world.percent()), (Exit::Done, 100.0), "{ran:?}");
    assert!(says(&ran, "gate: not worse so far: "), "{}", ran.err);
    assert!(!ran.err.contains("is held"), "{}", ran.err);
}

#[tokio::test(start_paused = true)]
async fn a_step_is_held_while_nothing_can_be_told() {
    let world = World::new().await;
    let (_folder, logs, line) = ramp("10,50,100");
    let quiet = async {
        minutes(40).await;
        assert_eq!((world.percent(), world.summary().paused_steps > 0), (10.0, true));
        serve(&world, &logs, Site::Sound, 12).await;
        assert_eq!(world.percent(), 50.0);
        serve(&world, &logs, Site::Sound, 12).await;
    };
    let ran = beside(&world, &line, quiet).await;
    assert_eq!((ran.exit, world.percent()), (Exit::Done, 100.0), "{ran:?}");
    assert!(says(&ran, "gate: the next step is held until the gate can tell"), "{}", ran.err);
}

/// A ramp that its gate holds, or that a person has paused before; its command is gone.
async fn hold_and_leave(world: &World, line: &str, pausing: Option<&str>) {
    let began = async {
        if let Some(pause) = pausing {
            minutes(3).await;
            assert_eq!(world.run(pause).await.exit, Exit::Done);
        }
        minutes(15).await;
    };
    tokio::select! {
        ran = world.run(line) => panic!("{ran:?}"),
        () = began => {}
    }
}

/// The pause of a gate is not that of a person, also after its command is gone.
#[tokio::test(start_paused = true)]
async fn a_gate_goes_on_with_the_pause_of_the_one_before() {
    for pausing in [None, Some("ramp pause -y")] {
        let world = World::new().await;
        let (_folder, logs, line) = ramp("10,50,100");
        hold_and_leave(&world, &line, pausing).await;
        assert_eq!((world.percent(), world.summary().paused_steps > 0), (10.0, true));
        let again = line.replace("9f2c1e7 --steps 10,50,100 --every 10m", "--resume");
        let served = serve(&world, &logs, Site::Sound, 30);
        tokio::select! {
            ran = world.run(&again) => assert_eq!((ran.exit, pausing), (Exit::Done, None), "{ran:?}"),
            () = served => assert!(pausing.is_some(), "{}", world.text()),
        }
        let expected = if pausing.is_some() { 10.0 } else { 100.0 };
        assert_eq!(world.percent(), expected, "{pausing:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_may_let_a_held_step_pass() {
    let world = World::new().await;
    let (_folder, _, line) = ramp("10,100");
    let person = async {
        minutes(20).await;
        assert_eq!((world.percent(), world.summary().paused_steps > 0), (10.0, true));
        let resumed = world.run("ramp resume -y").await;
        assert_eq!(resumed.exit, Exit::Done, "{resumed:?}");
        minutes(2).await;
    };
    let ran = beside(&world, &line, person).await;
    assert_eq!((ran.exit, world.percent()), (Exit::Done, 100.0), "{ran:?}");
    assert!(says(&ran, "gate: somebody resumed the ramp, so this step passes"), "{}", ran.err);
}

/// The guard goes on with the step that the gate of a command holds, and not with the pause of a person.
#[tokio::test(start_paused = true)]
async fn the_guard_takes_over_a_held_step() {
    for (pausing, expected) in [(None, Some("guard")), (Some("ramp pause -y"), None)] {
        let world = World::new().await;
        let (_folder, _, line) = ramp("10,50,100");
        hold_and_leave(&world, &line, pausing).await;
        put_guard(&world.cloud.store, world.clock.now(), &[]).await;
        let line = "ramp --resume --guarded --then promote -y --gate --logs s3://shop-logs/";
        let given = world.run(line).await;
        assert_eq!(given.exit, Exit::Done, "{given:?}");
        let hold = world.summary().lease.unwrap().guard.unwrap();
        assert_eq!(hold.paused_by.as_deref(), expected, "{pausing:?}");
    }
}

/// A last step below 100 % is compared too, before the release gets everybody.
#[tokio::test(start_paused = true)]
async fn the_end_waits_for_the_gate() {
    let world = World::new().await;
    let (_folder, logs, line) = ramp("20");
    let quiet = async {
        minutes(15).await;
        assert_eq!(world.percent(), 20.0);
        serve(&world, &logs, Site::Sound, 9).await;
    };
    let ran = beside(&world, &format!("{line} --then promote"), quiet).await;
    assert_eq!((ran.exit, world.percent()), (Exit::Done, 100.0), "{ran:?}");
}

#[tokio::test(start_paused = true)]
async fn the_options_of_the_comparison_need_the_gate() {
    let world = World::new().await;
    let before = world.text();
    for (options, exit, problem) in [
        (
            "--logs logs",
            Exit::Usage,
            "error: `--logs` and the other options of the comparison need `--gate`",
        ),
        (
            "--soak 5m",
            Exit::Usage,
            "error: `--logs` and the other options of the comparison need `--gate`",
        ),
        ("--gate", Exit::Usage, "error: no logs: neither `--logs` nor `logs` in [gate] names any"),
        ("--gate --logs logs --alpha 1", Exit::Usage, "error: invalid error rate `1`"),
        (
            "--gate --logs logs --detach",
            Exit::Usage,
            "error: the argument '--gate' cannot be used with '--detach'",
        ),
    ] {
        let ran = world.run(&format!("ramp 9f2c1e7 --steps 10 --every 10m -y {options}")).await;
        assert_eq!(ran.exit, exit, "{options}: {ran:?}");
        assert!(ran.err.contains(problem), "{options}: {}", ran.err);
        assert_eq!(world.text(), before, "{options}");
    }
}
