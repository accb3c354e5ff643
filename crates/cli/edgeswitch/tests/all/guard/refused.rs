//! What a guard leaves alone: one line says why, and nothing is written.

use std::fs;

use edgeswitch::Exit;
use ssm_sim::{Extent, Fault};
use tempfile::TempDir;

use crate::ramp::world::{NAME, World, put};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../fixtures/regional");

#[tokio::test(start_paused = true)]
async fn every_event_runs_the_guard_or_says_why_not_and_a_second_one_changes_nothing() {
    let world = World::new().await;
    world.ramp_without_alarm().await;
    let mut ran = 0;
    let mut files: Vec<_> =
        fs::read_dir(FIXTURES).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files {
        let version = world.version();
        for again in [false, true] {
            let line = format!("guard --once -y --event {}", file.display());
            let run = world.run(&line).await;
            assert_eq!(world.version(), version, "{} {again}: {run:?}", file.display());
            ran += usize::from(run.exit == Exit::Done);
            let is_refused = run.err.contains("nothing was read or written");
            assert_eq!(run.exit == Exit::Done, !is_refused, "{}: {run:?}", file.display());
        }
    }
    assert!(ran > 20, "{ran} runs");
}

#[tokio::test(start_paused = true)]
async fn a_payload_that_is_none_is_refused() {
    let (world, folder) = (World::new().await, TempDir::new().unwrap());
    let path = folder.path().join("event.json");
    let before = world.text();
    for payload in ["", "{}", "null", "[1", "{\"detail-type\":1}"] {
        fs::write(&path, payload).unwrap();
        let ran = world.run(&format!("guard --once -y --event {}", path.display())).await;
        assert_eq!(ran.exit, Exit::Failed, "{payload}: {ran:?}");
        assert_eq!(ran.err.lines().filter(|line| line.starts_with("error: ")).count(), 1);
        assert!(world.cloud.store.peek("/shop/plan-guard").is_none(), "{payload}");
    }
    assert_eq!(world.text(), before);
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_is_none_is_left_alone() {
    let world = World::new().await;
    world.cloud.store.delete(NAME).await.unwrap();
    let missing = world.guard().await;
    let line = "trouble: there is no parameter `/shop/plan` in `eu-central-1`\n";
    assert_eq!((missing.out.as_str(), missing.exit), (line, Exit::Failed));
    put(&world.cloud.store, "{\"schema\":9}").await;
    let ran = world.guard().await;
    assert!(ran.out.starts_with("trouble: version 1 of `/shop/plan`"), "{ran:?}");
    assert_eq!(ran.out.lines().count(), 1, "{ran:?}");
    assert_eq!(world.text(), "{\"schema\":9}");
    assert!(world.cloud.store.peek("/shop/plan-guard").is_none());
}

#[tokio::test(start_paused = true)]
async fn missing_rights_are_said_and_nothing_is_repeated() {
    let world = World::new().await;
    world.cloud.store.faults().reads.switch_on(Fault::Denied, Extent::All);
    let reads = world.guard().await;
    assert_eq!(reads.out.lines().count(), 1, "{reads:?}");
    assert_eq!((world.version(), reads.exit), (1, Exit::Failed));
    world.cloud.store.faults().reads.clear();
    world.cloud.store.faults().writes.switch_on(Fault::Denied, Extent::All);
    let writes = world.guard().await;
    assert_eq!(writes.out.lines().count(), 1, "{writes:?}");
    assert!(writes.out.starts_with("trouble: "), "{writes:?}");
}

impl World {
    async fn ramp_without_alarm(&self) {
        let now = edge_time::Clock::now(&self.clock);
        crate::ramp::world::put_guard(&self.cloud.store, now, &[]).await;
        let line = "ramp 9f2c1e7 --steps 10,100 --every 10m --guarded -y";
        assert_eq!(self.run(line).await.exit, Exit::Done);
        self.guard().await;
    }
}
