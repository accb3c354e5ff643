//! `state`, and the refusals that name the missing step, as people see them.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use edgeswitch::Exit;
use serde_json::Value;
use ssm_sim::ParameterStore;
use tempfile::TempDir;
use tokio::time::sleep;
use virtual_clock::VirtualClock;

use crate::control::in_process::InProcess;
use crate::control::world::{HOME, NAME, NOW, PLAN, Ran, former, put, run};
use crate::golden;

/// An account on virtual time.
struct World {
    clock: Arc<VirtualClock>,
    cloud: InProcess,
    folder: TempDir,
}

impl World {
    async fn with(plan: &str) -> Self {
        let clock = Arc::new(VirtualClock::at(NOW));
        let store = ParameterStore::new(clock.clone()).in_region(HOME);
        put(&store, plan).await;
        let cloud = InProcess::new(&store, "alice");
        Self { clock, cloud, folder: TempDir::new().unwrap() }
    }

    async fn run(&self, line: &str) -> Ran {
        self.answer(line, None).await
    }

    async fn answer(&self, line: &str, typed: Option<&str>) -> Ran {
        let line = format!("{line} --parameter {NAME} --region {HOME}");
        run(&self.cloud, self.clock.as_ref(), "alice", &line, typed).await
    }

    async fn text(&self) -> String {
        self.cloud.store.get(NAME).await.unwrap().value
    }
}

async fn minutes(minutes: u64) {
    sleep(Duration::from_secs(60 * minutes)).await;
}

/// The commands of a night, each with its answer if there is a person, and the minutes after it.
fn night() -> Vec<(&'static str, Option<&'static str>, u64)> {
    vec![
        ("state set orders-db 3 -y", None, 1),
        (
            "release add 41ab03d --slot blue --prefix /releases/41ab03d --needs orders-db=3..4 -y",
            None,
            1,
        ),
        (
            "release add 9f2c1e7 --slot green --prefix /releases/9f2c1e7 --needs orders-db=4..5 -y",
            None,
            1,
        ),
        ("promote 9f2c1e7 -y", None, 1),
        ("state show", None, 0),
        ("state set orders-db 4 --dry-run", None, 0),
        ("state set orders-db 4 -y", None, 1),
        ("ramp 9f2c1e7 --steps 10,100 --every 10m --detach -y", None, 5),
        ("state set orders-db 5 -y", None, 10),
        ("state set orders-db 5 -y", None, 0),
        ("state set orders-db 5", Some("n\n"), 0),
        ("status", None, 0),
        ("state set orders-db 5", Some("y\ny\n"), 1),
        ("status", None, 0),
        ("rollback -y", None, 0),
        ("release list", None, 0),
        ("state show", None, 0),
        ("state unset orders-db -y", None, 0),
        ("state set orders-db 4 -y", None, 1),
        ("rollback -y --reason cart", None, 1),
        ("history", None, 0),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_night_with_a_schema_reads_well() {
    let world = World::with(PLAN).await;
    let mut text = String::new();
    for (line, typed, pause) in night() {
        let ran = world.answer(line, typed).await;
        text += &format!("$ edgeswitch {line}\n{}{}exit {:?}\n\n", ran.err, ran.out, ran.exit);
        minutes(pause).await;
    }
    golden::check("control/golden/state.txt", &text);
}

#[tokio::test(start_paused = true)]
async fn programs_read_the_state_as_json() {
    let world = World::with(PLAN).await;
    world.run("state set orders-db 3 -y").await;
    let add =
        "release add 41ab03d --slot blue --prefix /releases/41ab03d --needs orders-db=3..4 -y";
    world.run(add).await;
    let add = "release add 9f2c1e7 --slot green --prefix /releases/9f2c1e7 --needs orders-db=5.. -y --output json";
    let added: Value = serde_json::from_str(&world.run(add).await.out).unwrap();
    assert_eq!(added["effects"][1]["effect"], "cannot-run-yet");
    assert_eq!(added["effects"][1]["misfits"][0]["missing"]["step"], "release-between");
    let mut text = String::new();
    for line in ["state show --output json", "status --output json", "release list --output json"] {
        text += &format!("$ edgeswitch {line}\n{}\n", world.run(line).await.out);
    }
    golden::check("control/golden/state-json.txt", &text);
}

#[tokio::test(start_paused = true)]
async fn a_build_can_write_the_needs_into_a_file() {
    let world = World::with(PLAN).await;
    let file = world.folder.path().join("needs.toml");
    let add = |more: &str| {
        format!(
            "release add aaaaaaa --prefix /releases/aaaaaaa --needs-file {} -y {more}",
            file.display()
        )
    };
    for (text, problem) in [
        (
            "orders-db = \"5..3\"",
            "orders-db: `5..3` is not a range of versions: allowed are for example `3..5`, `4` and `3..`",
        ),
        (
            "orders-db = true",
            "orders-db: `true` is not a range of versions: allowed are for example `3..5`, `4` and `3..`",
        ),
        ("\"orders db\" = 3", "`orders db` is not the name of a state"),
        ("orders-db = ", "string values must be quoted"),
    ] {
        fs::write(&file, text).unwrap();
        let ran = world.run(&add("")).await;
        assert_eq!(ran.exit, Exit::Usage, "{text}: {}", ran.err);
        assert!(ran.err.contains(problem), "{text}: {}", ran.err);
    }
    fs::write(&file, "# the migrations of this build\norders-db = \"3..5\"\norders-api = 2\n")
        .unwrap();
    let ran = world.run(&add("--needs orders-api=1..2")).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let plan: Value = serde_json::from_str(&world.text().await).unwrap();
    let needs = &plan["releases"]["aaaaaaa"]["needs"];
    assert_eq!(needs, &serde_json::json!({ "orders-api": [1, 2], "orders-db": [3, 5] }));
    let gone = world.run("release add bbbbbbb --needs-file /nowhere/needs.toml -y").await;
    assert!(gone.err.contains("read `/nowhere/needs.toml`"), "{}", gone.err);
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_that_cuts_off_the_rollback_must_say_so() {
    let world = World::with(&former()).await;
    let declare = "release add 9f2c1e7 --slot green --prefix /releases/9f2c1e7 --needs db=4 -y";
    world.run(declare).await;
    world.run("state set db 4 -y").await;
    world.run("promote 9f2c1e7 --now --no-wait -y").await;
    world.run("release add aaaaaaa --prefix /releases/aaaaaaa -y").await;
    minutes(10).await;
    world.run("promote aaaaaaa --now --no-wait -y").await;
    minutes(10).await;
    let before = world.text().await;
    for line in
        ["state set db 5 -y", "state set db 5", "state unset db -y", "state set db 5 --dry-run"]
    {
        let ran = world.run(line).await;
        assert_eq!(ran.exit, Exit::Failed, "{line}: {}", ran.err);
        assert!(ran.err.contains("`--cut-off-rollback`"), "{line}: {}", ran.err);
    }
    assert_eq!(world.text().await, before, "nothing was written");
    let ran = world.run("state unset db -y --cut-off-rollback").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
}
