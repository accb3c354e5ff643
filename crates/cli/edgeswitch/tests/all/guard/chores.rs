//! Replica Regions, invalidations, and the note of each run.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use edgeswitch::Exit;
use ssm_sim::{Extent, Fault};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::ramp::world::{NAME, World};

/// A project with a replica Region, whose releases are decided on a cache miss.
fn project() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("edgeswitch.toml");
    let text = "name = \"shop\"\ndecide_at = \"origin-request\"\nprefix_template = \
                \"/releases/{release}\"\ndistribution_id = \"E2QWRUHAPOMQZL\"\n[parameter]\nname = \
                \"/shop/plan\"\nhome_region = \"eu-central-1\"\nreplica_regions = [\"us-east-1\"]\n";
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[tokio::test(start_paused = true)]
async fn a_replica_region_that_was_away_gets_the_plan() {
    let (_folder, path) = project();
    let world = World::new().await;
    let replica = world.cloud.store.in_region("us-east-1");
    replica.faults().reads.switch_on(Fault::Dropped, Extent::All);
    let away = world.run_with(&path, "guard --once -y").await;
    assert!(away.out.contains("trouble: use the parameter"), "{away:?}");
    assert_eq!(away.exit, Exit::Failed);
    replica.faults().reads.clear();
    let back = world.run_with(&path, "guard --once -y").await;
    assert!(back.out.contains("gave us-east-1 the plan"), "{back:?}");
    assert_eq!(replica.peek(NAME).unwrap().value, world.text());
    let again = world.run_with(&path, "guard --once -y").await;
    assert_eq!((again.out.as_str(), again.exit), ("nothing to do\n", Exit::Done));
}

#[tokio::test(start_paused = true)]
async fn documents_are_invalidated_once_for_each_switch_and_after_the_hard_ttl() {
    let (_folder, path) = project();
    let world = World::new().await;
    let made = || world.cloud.edge.invalidations.lock().unwrap().clone();
    world.run_with(&path, "guard --once -y").await;
    assert_eq!(made(), Vec::<String>::new(), "the first plan switches nothing");
    let promoted = world.run_with(&path, "promote 9f2c1e7 --now --no-wait -y").await;
    assert_eq!(promoted.exit, Exit::Done, "{promoted:?}");
    sleep(Duration::from_secs(30)).await;
    world.run_with(&path, "guard --once -y").await;
    assert_eq!(made(), Vec::<String>::new(), "edge locations may still cache old documents");
    sleep(Duration::from_secs(20)).await;
    // Two guards at once.
    let line = "guard --once -y";
    let (one, other) = tokio::join!(world.run_with(&path, line), world.run_with(&path, line));
    assert_eq!((one.exit, other.exit), (Exit::Done, Exit::Done), "{one:?} {other:?}");
    assert_eq!(made(), ["edgeswitch-/shop/plan-2"]);
    world.run_with(&path, "release withdraw 41ab03d -y").await;
    sleep(Duration::from_secs(120)).await;
    world.run_with(&path, line).await;
    assert_eq!(made().len(), 1, "another change switches nothing");
}

#[tokio::test(start_paused = true)]
async fn each_run_is_noted_and_a_dry_run_is_not() {
    let world = World::new().await;
    let dry = world.run("guard --once --dry-run").await;
    assert_eq!(dry.out, "nothing to do\n");
    assert!(world.cloud.store.peek("/shop/plan-guard").is_none());
    world.guard().await;
    let note = world.cloud.store.peek("/shop/plan-guard").unwrap().value;
    assert_eq!(
        note,
        r#"{"schema":1,"ran":"2026-11-22T10:00:00Z","version":1,"announced":1,"asks_gate":true}"#
    );
    assert_eq!(world.told(), Vec::<String>::new(), "the first run announces nothing old");
}
