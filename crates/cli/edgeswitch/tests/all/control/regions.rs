//! Replica Regions: the home Region last on the way up, first on the way back, and what is left of a failure.

use edgeswitch::Exit;
use ssm_sim::{Extent, Fault, ParameterStore};

use crate::control::world::{NAME, World, former, put};

const CONFIG: &str = r#"
name = "shop"
prefix_template = "/releases/{release}"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
replica_regions = ["eu-west-1", "us-east-1"]
"#;

async fn world() -> (World, [ParameterStore; 2]) {
    let world = World::with_former().await;
    world.configure(CONFIG);
    let replicas = ["eu-west-1", "us-east-1"].map(|region| world.store.in_region(region));
    for replica in &replicas {
        put(replica, &former()).await;
    }
    (world, replicas)
}

async fn revision(store: &ParameterStore) -> u64 {
    let text = store.get(NAME).await.unwrap().value;
    serde_json::from_str::<serde_json::Value>(&text).unwrap()["revision"].as_u64().unwrap()
}

#[tokio::test]
async fn every_region_gets_the_plan_the_home_region_last() {
    let (world, replicas) = world().await;
    let ran = world.configured("promote 9f2c1e7 --now -y").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let places = "version 2 in eu-west-1, version 2 in us-east-1, version 2 in eu-central-1";
    assert!(ran.out.contains(places), "{}", ran.out);
    for store in [&world.store, &replicas[0], &replicas[1]] {
        assert_eq!(store.get(NAME).await.unwrap().value, world.text().await);
    }
}

#[tokio::test]
async fn a_rollback_begins_at_home() {
    let (world, _) = world().await;
    let ran = world.configured("rollback 9f2c1e7 -y").await;
    let places = "version 2 in eu-central-1, version 2 in eu-west-1, version 2 in us-east-1";
    assert!(ran.out.contains(places), "{}{}", ran.err, ran.out);
}

#[tokio::test]
async fn a_region_that_fails_ends_a_promote_before_the_home_region() {
    let (world, [first, second]) = world().await;
    second.faults().writes.switch_on(Fault::Denied, Extent::All);
    let ran = world.configured("promote 9f2c1e7 --now -y").await;
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.out.is_empty(), "nothing is done");
    assert!(ran.err.contains("error: not every Region has the new plan: "), "{}", ran.err);
    assert!(ran.err.contains("eu-west-1: written, version 2; "), "{}", ran.err);
    assert!(
        ran.err.contains("us-east-1: failed: write `/shop/plan` in `us-east-1`"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("eu-central-1: not written, since another Region failed\n"));
    assert!(ran.err.contains("\nhint: repeat the command when the Region answers"), "{}", ran.err);
    assert_eq!((revision(&world.store).await, revision(&first).await), (17, 18));

    let status = world.configured("status").await;
    assert_eq!(status.exit, Exit::Failed, "trouble");
    assert!(status.out.contains("replica    eu-west-1: another plan"), "{}", status.out);
    second.faults().writes.clear();
    let again = world.configured("promote 9f2c1e7 --now -y").await;
    assert_eq!(again.exit, Exit::Done, "the hint is right: {}", again.err);
    assert!(
        again.err.contains("eu-west-1 has another plan: this one replaces it"),
        "{}",
        again.err
    );
    for store in [&world.store, &first, &second] {
        assert_eq!(store.get(NAME).await.unwrap().value, world.text().await);
    }
}

#[tokio::test]
async fn a_rollback_goes_on_with_the_other_regions_and_sync_repairs_the_rest() {
    let (world, [first, second]) = world().await;
    for faults in [&first.faults().reads, &first.faults().writes] {
        faults.switch_on(Fault::Denied, Extent::All);
    }
    let ran = world.configured("rollback 9f2c1e7 -y").await;
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("eu-central-1: written, version 2; "), "{}", ran.err);
    assert!(ran.err.contains("; us-east-1: written, version 2\n"), "{}", ran.err);
    assert_eq!((revision(&world.store).await, revision(&second).await), (18, 18));
    for faults in [&first.faults().reads, &first.faults().writes] {
        faults.clear();
    }
    let sync = world.configured("sync -y").await;
    assert_eq!(sync.exit, Exit::Done, "{}", sync.err);
    assert_eq!(sync.out, "the home Region's plan is written: version 2 in eu-west-1\n");
    assert_eq!(revision(&first).await, 18);
    assert_eq!(world.configured("sync -y").await.out, "nothing was written\n");
}

#[tokio::test]
async fn a_region_without_the_parameter_gets_it() {
    let world = World::with_plan().await;
    world.configure(CONFIG);
    let status = world.configured("status").await;
    assert!(status.out.contains("replica    us-east-1: no plan"), "{}", status.out);
    let ran = world.configured("promote 9f2c1e7 --now -y").await;
    assert!(ran.out.contains("version 1 in us-east-1"), "{}{}", ran.err, ran.out);
}

#[tokio::test]
async fn a_named_region_is_the_only_one() {
    let (world, [first, _]) = world().await;
    let ran = world.configured("promote 9f2c1e7 --now -y --region eu-west-1").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert_eq!((revision(&world.store).await, revision(&first).await), (17, 18));
}
