//! The real SDK, over HTTP, against a Parameter Store that fails in every way we know.
//!
//! The SDK uses real time, so no test depends on a duration: an answer comes at once, when the test
//! releases it, or never.

use std::sync::Arc;
use std::time::Duration;

use edge_time::{ManualClock, Timestamp};
use plan_format::{Refresh, ReleaseDefaults, parse};
use plan_store::{Freshness, PlanCell, PlanStore, Settings, Snapshot};
use plan_store_ssm::SsmStore;
use routing_core::Plan;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::server::{Fault, SECRET, Server, parameter, sdk};

const HARD: Duration = Duration::from_secs(45);
/// Longer than the back-off of a first or second failure.
const BACKOFF: Duration = Duration::from_millis(2200);
/// More than enough for a refresh, even on a busy machine.
const REFRESHED: Duration = Duration::from_secs(30);

fn refresh(budget_ms: u64) -> Refresh {
    Refresh { budget: Duration::from_millis(budget_ms), ..Refresh::default() }
}

fn fallback() -> Plan {
    parse("fallback", &ReleaseDefaults::default()).unwrap()
}

fn first_id(plan: Option<&Plan>) -> &str {
    plan.and_then(|plan| plan.releases().first()).unwrap().id.as_str()
}

struct World {
    server: Server,
    clock: Arc<ManualClock>,
    cell: PlanCell,
}

impl World {
    async fn new(fault: Fault, budget_ms: u64) -> Self {
        let server = Server::start(fault).await;
        let refresh = refresh(budget_ms);
        let store = SsmStore::new(parameter(), refresh, None, sdk(server.endpoint()));
        let clock = Arc::new(ManualClock::new(Timestamp(1_795_341_600_000)));
        let settings =
            Settings { refresh, fallback: Some(fallback()), seed: 7, ..Settings::default() };
        let cell = PlanCell::new(Arc::new(store), settings, Arc::clone(&clock) as _);
        Self { server, clock, cell }
    }

    /// Sends requests until a refresh has ended, even if it takes longer than its request.
    async fn settle(&self) -> Snapshot {
        timeout(REFRESHED, self.refreshed()).await.expect("a refresh ends within three budgets")
    }

    async fn refreshed(&self) -> Snapshot {
        loop {
            let snapshot = self.cell.current().await;
            if snapshot.problem.is_some() || snapshot.freshness == Freshness::Fresh {
                return snapshot;
            }
            tokio::task::yield_now().await;
        }
    }
}

/// Name, fault, budget in ms, and the problem in the snapshot.
fn faults() -> Vec<(&'static str, Fault, u64, &'static str)> {
    let text = |text: &str| Fault::Text(text.into());
    vec![
        ("connection refused", Fault::Refused, 500, "refused"),
        ("no answer", Fault::Silent, 60, "timeout"),
        ("throttled", Fault::Error("ThrottlingException"), 500, "throttled"),
        ("access denied", Fault::Error("AccessDeniedException"), 500, "denied"),
        ("parameter missing", Fault::Error("ParameterNotFound"), 500, "missing"),
        ("an unknown error", Fault::Error("InternalServerError"), 500, "other"),
        ("no value", Fault::NoValue, 500, "missing"),
        ("empty value", text(""), 500, "empty"),
        ("not JSON", text("{ \"schema\": 1"), 500, "unreadable"),
        ("unknown schema", text("{ \"schema\": 2 }"), 500, "schema"),
        ("a broken rule", text("same same"), 500, "rule"),
        ("4,097 bytes", Fault::Text(format!("{:4097}", "first")), 500, "large"),
    ]
}

#[tokio::test]
async fn a_cold_start_with_a_fault_gets_the_fallback_and_recovers() {
    for (name, fault, budget, problem) in faults() {
        let world = World::new(fault, budget).await;
        world.cell.load().await;
        let served = world.settle().await;
        assert_eq!(
            (served.freshness, served.problem),
            (Freshness::Fallback, Some(problem)),
            "{name}"
        );
        assert_eq!(first_id(served.plan.as_deref()), "fallback", "{name}");
        assert_eq!(served.waited, Duration::ZERO, "{name}: backs off");
        world.server.fault(Fault::Text("first".into())).await;
        world.clock.advance(BACKOFF);
        let served = world.settle().await;
        assert_eq!(
            (served.freshness, first_id(served.plan.as_deref())),
            (Freshness::Fresh, "first"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_warm_environment_with_a_fault_keeps_its_plan_and_recovers() {
    for (name, fault, budget, problem) in faults() {
        let world = World::new(Fault::Text("first".into()), budget).await;
        assert_eq!(world.cell.load().await.freshness, Freshness::Fresh, "{name}");
        world.server.fault(fault).await;
        world.clock.advance(HARD);
        let served = world.settle().await;
        assert_eq!(
            (served.freshness, served.problem),
            (Freshness::Expired, Some(problem)),
            "{name}"
        );
        assert_eq!(first_id(served.plan.as_deref()), "first", "{name}");
        let reads = world.server.reads();
        let again = world.cell.current().await;
        assert_eq!((again.freshness, again.waited), (Freshness::Expired, Duration::ZERO), "{name}");
        assert_eq!(world.server.reads(), reads, "{name}: backs off");
        world.server.fault(Fault::Text("second".into())).await;
        world.clock.advance(BACKOFF);
        let served = world.settle().await;
        assert_eq!(
            (served.freshness, first_id(served.plan.as_deref())),
            (Freshness::Fresh, "second"),
            "{name}"
        );
    }
}

/// As with the first connection to a far Region, the answer comes after the request got its old plan.
#[tokio::test]
async fn a_request_waits_one_budget_for_a_slow_answer_and_a_later_one_gets_it() {
    let release = Arc::new(Notify::new());
    let world = World::new(Fault::Text("first".into()), 1000).await;
    world.cell.load().await;
    world.server.fault(Fault::Held(Arc::clone(&release), "second".into())).await;
    world.clock.advance(HARD);
    let first = world.cell.current().await;
    assert_eq!((first.freshness, first_id(first.plan.as_deref())), (Freshness::Expired, "first"));
    release.notify_one();
    let next = world.settle().await;
    assert_eq!((next.freshness, first_id(next.plan.as_deref())), (Freshness::Fresh, "second"));
    assert_eq!(world.server.reads(), 2, "one attempt was enough");
}

#[tokio::test]
async fn init_waits_for_a_slow_answer() {
    let release = Arc::new(Notify::new());
    let world = World::new(Fault::Held(Arc::clone(&release), "first".into()), 1000).await;
    let (loaded, during) = tokio::join!(world.cell.load(), async {
        // A request waits only for the budget, so it returns before the answer is released.
        let during = world.cell.current().await;
        release.notify_one();
        during
    });
    assert_eq!(during.freshness, Freshness::Fallback);
    assert_eq!((loaded.freshness, first_id(loaded.plan.as_deref())), (Freshness::Fresh, "first"));
}

#[tokio::test]
async fn a_value_of_4096_bytes_is_a_plan() {
    let world = World::new(Fault::Text(format!("{:4096}", "first")), 500).await;
    assert_eq!(world.cell.load().await.freshness, Freshness::Fresh);
}

#[tokio::test]
async fn the_sdk_repeats_a_throttled_read() {
    let world = World::new(Fault::ThrottledOnce("first".into()), 500).await;
    assert_eq!(world.cell.load().await.freshness, Freshness::Fresh);
    assert_eq!(world.server.reads(), 2);
}

/// The server notes the parameter of each read and the Region that the read is signed for.
#[tokio::test]
async fn the_nearest_region_is_read_and_the_home_region_after_a_failure() {
    let server = Server::start(Fault::Error("ParameterNotFound")).await;
    let sdk = sdk(server.endpoint());
    let store = SsmStore::new(parameter(), refresh(500), Some("eu-west-3"), sdk);
    assert!(store.fetch().await.is_err());
    assert!(store.fetch().await.is_err());
    assert!(store.fetch().await.is_err());
    server.fault(Fault::Text("first".into())).await;
    assert_eq!(store.fetch().await.unwrap(), "first");
    assert_eq!(store.fetch().await.unwrap(), "first");
    let (near, home) = ("eu-west-1", "us-east-1");
    assert_eq!(server.regions(), [near, home, near, home, home]);
    assert_eq!(server.last_parameter(), "/shop/plan");
}

#[tokio::test]
async fn an_error_names_the_parameter_and_the_region_and_no_secret() {
    let server = Server::start(Fault::Error("AccessDeniedException")).await;
    let sdk = sdk(server.endpoint());
    let store = SsmStore::new(parameter(), refresh(500), None, sdk);
    let error = store.fetch().await.unwrap_err().to_string();
    assert_eq!(
        error,
        "denied: parameter `/shop/plan` in `us-east-1`: AccessDeniedException: scripted"
    );
    server.fault(Fault::Refused).await;
    let error = store.fetch().await.unwrap_err().to_string();
    assert!(error.starts_with("refused: parameter `/shop/plan` in `us-east-1`: "), "{error}");
    assert!(!error.contains(SECRET), "{error}");
}
