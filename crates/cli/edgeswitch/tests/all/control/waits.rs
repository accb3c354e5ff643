//! What is waited for, on virtual time: the switch, an invalidation, an end of what is in progress.

use std::sync::Arc;
use std::time::Duration;

use edge_time::Clock;
use edgeswitch::Exit;
use ssm_sim::ParameterStore;
use tempfile::TempDir;
use tokio::time::sleep;

use virtual_clock::VirtualClock;

use crate::control::in_process::InProcess;
use crate::control::world::{HOME, NOW, Ran, former, put, run};

const CONFIG: &str = r#"
name = "shop"
distribution_id = "E2QWRUHAPOMQZL"
bucket = "shop-releases"
prefix_template = "/releases/{release}"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
"#;

struct Site {
    clock: Arc<VirtualClock>,
    cloud: InProcess,
    folder: TempDir,
}

impl Site {
    async fn new(config: &str) -> Self {
        let clock = Arc::new(VirtualClock::at(NOW));
        let store = ParameterStore::new(clock.clone()).in_region(HOME);
        put(&store, &former()).await;
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("edgeswitch.toml"), config).unwrap();
        sleep(Duration::from_secs(60)).await;
        Self { clock, cloud: InProcess::new(&store, "alice"), folder }
    }

    async fn run(&self, line: &str) -> Ran {
        let config = self.folder.path().join("edgeswitch.toml");
        let line = format!("{line} --config {}", config.display());
        run(&self.cloud, self.clock.as_ref(), "alice", &line, None).await
    }

    /// How many seconds something takes.
    async fn timed(&self, line: &str) -> (Ran, i64) {
        let begin = self.clock.now();
        let ran = self.run(line).await;
        (ran, (self.clock.now().0 - begin.0) / 1000)
    }
}

#[tokio::test(start_paused = true)]
async fn promote_waits_for_the_switch_and_looks_whether_it_has_happened() {
    let site = Site::new(CONFIG).await;
    let (ran, seconds) = site.timed("promote 9f2c1e7 -y").await;
    assert_eq!((ran.exit, seconds), (Exit::Done, 50), "hard TTL and margin: {}", ran.err);
    assert!(
        ran.err.contains("the switch happens at 10:01:50 UTC without this command"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("9f2c1e7 has all traffic at every edge location since 10:01:50 UTC"));
    assert_eq!(site.run("status").await.exit, Exit::Done, "settled");
}

#[tokio::test(start_paused = true)]
async fn promote_at_a_time_waits_until_then() {
    let site = Site::new(CONFIG).await;
    let (ran, seconds) = site.timed("promote 9f2c1e7 -y --at 2026-11-22T10:05:00Z").await;
    assert_eq!((ran.exit, seconds), (Exit::Done, 240), "{}", ran.err);
    let (ran, seconds) = site.timed("promote 41ab03d -y --at +5m").await;
    assert_eq!((ran.exit, seconds), (Exit::Done, 300), "{}", ran.err);
    let ran = site.run("promote 9f2c1e7 -y --at +10s").await;
    assert!(ran.err.contains("10:10:10 UTC is too soon"), "{}", ran.err);
}

#[tokio::test(start_paused = true)]
async fn a_promote_that_is_rolled_back_meanwhile_is_not_reported_as_done() {
    let site = Site::new(CONFIG).await;
    let rollback = async {
        sleep(Duration::from_secs(20)).await;
        site.run("rollback -y").await
    };
    let (promote, rollback) = tokio::join!(site.run("promote 9f2c1e7 -y"), rollback);
    assert_eq!(rollback.exit, Exit::Done, "{}", rollback.err);
    assert_eq!(promote.exit, Exit::Failed, "{}", promote.err);
    let words = "error: `9f2c1e7` should have all traffic since 10:01:50 UTC, but does not: \
                 41ab03d (blue) 100 %: alice wrote version 3 (rollback)";
    assert!(promote.err.contains(words), "{}", promote.err);
}

#[tokio::test(start_paused = true)]
async fn a_release_without_its_index_document_is_refused() {
    let site = Site::new(CONFIG).await;
    let ran = site.run("release add c0ffee1 -y").await;
    assert_eq!(ran.exit, Exit::Failed);
    let words = "bucket `shop-releases` has no `releases/c0ffee1/index.html`";
    assert!(ran.err.contains(words), "{}", ran.err);
    let plan = former().replace("/releases/9f2c1e7", "/releases/gone");
    put(&site.cloud.store, &plan).await;
    for line in ["promote 9f2c1e7 -y", "canary 9f2c1e7 --weight 1 -y"] {
        let ran = site.run(line).await;
        assert!(ran.err.contains("has no `releases/gone/index.html`"), "{line}: {}", ran.err);
    }
    assert_eq!(site.cloud.store.get("/shop/plan").await.unwrap().version, 2, "nothing written");
}

#[tokio::test(start_paused = true)]
async fn decided_at_origin_request_documents_are_invalidated_after_the_switch() {
    let config = format!("decide_at = \"origin-request\"\n{CONFIG}");
    for (line, wait) in
        [("promote 9f2c1e7 -y", 50), ("promote 9f2c1e7 --now -y", 45), ("rollback 9f2c1e7 -y", 45)]
    {
        let site = Site::new(&config).await;
        let (ran, seconds) = site.timed(line).await;
        assert_eq!((ran.exit, seconds), (Exit::Done, wait + 60), "{line}: {}", ran.err);
        let invalidations = site.cloud.invalidations.lock().unwrap().clone();
        assert_eq!(invalidations.len(), 1, "{line}");
        assert_eq!(invalidations[0].0, "/*", "{line}");
        assert!(ran.err.contains("invalidation I1 is completed"), "{line}: {}", ran.err);
        assert!(ran.err.contains("waiting until every edge location has the plan"), "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn status_waits_until_it_is_settled_and_no_longer_than_told() {
    let site = Site::new(CONFIG).await;
    site.run("promote 9f2c1e7 -y --no-wait").await;
    let (ran, seconds) = site.timed("status --wait --timeout 10s").await;
    assert_eq!((ran.exit, seconds), (Exit::InProgress, 10), "{}", ran.err);
    assert!(ran.out.starts_with("state      in progress\n"), "{}", ran.out);
    let (ran, seconds) = site.timed("status --wait").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!((37..=41).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn status_tells_what_is_in_progress() {
    let site = Site::new(CONFIG).await;
    assert_eq!(site.run("status").await.exit, Exit::Done);
    site.run("canary 9f2c1e7 --weight 10 -y").await;
    let ran = site.run("status").await;
    assert_eq!(ran.exit, Exit::InProgress);
    assert!(ran.out.contains("every edge location has this plan by 10:01:45 UTC"), "{}", ran.out);
    sleep(Duration::from_secs(3600)).await;
    assert_eq!(site.run("status").await.exit, Exit::InProgress, "a canary is to be ended");
    site.run("rollback -y").await;
    sleep(Duration::from_secs(45)).await;
    assert_eq!(site.run("status").await.exit, Exit::Done);
}
