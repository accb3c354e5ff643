//! The functions in process: which plan they read, when, and what they return.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use cloudfront_sim::{EdgeLocation, FunctionError, FunctionHost};
use edge_config::Config;
use edge_event::{Event, Origin, Request, Response, Trigger};
use edge_time::{ManualClock, Timestamp};
use functions_in_process::{Environment, InProcess};
use plan_store::{Fetch, PlanStore};
use serde_json::Value;

const CONFIG: &str = r#"
    name = "shop"
    prefix_template = "/releases/{release}"
    [parameter]
    name = "/shop/plan"
    home_region = "eu-central-1"
"#;

/// The edge location and trigger of each read.
type Reads = Arc<Mutex<Vec<String>>>;

struct CountedPlan {
    reader: String,
    reads: Reads,
}

impl PlanStore for CountedPlan {
    fn name(&self) -> &'static str {
        "counted"
    }

    fn fetch(&self) -> Fetch<'_> {
        self.reads.lock().unwrap().push(self.reader.clone());
        Box::pin(std::future::ready(Ok("blue green".into())))
    }
}

fn host() -> (InProcess, Reads) {
    let reads = Reads::default();
    let theirs = Arc::clone(&reads);
    let host = InProcess::new(Config::from_toml(CONFIG).unwrap(), move |edge, trigger| {
        let reader = format!("{} {trigger}", edge.0);
        Environment {
            store: Arc::new(CountedPlan { reader, reads: Arc::clone(&theirs) }),
            clock: Arc::new(ManualClock::new(Timestamp(0))),
            seed: 7,
        }
    });
    (host, reads)
}

fn edge(name: &str) -> EdgeLocation {
    EdgeLocation(name.into())
}

fn page() -> Request {
    Request::get("/cart").header("Host", "shop.example.com").header("Accept", "text/html")
}

fn json(event: &Event) -> Bytes {
    serde_json::to_vec(event).unwrap().into()
}

async fn invoke(host: &InProcess, at: &str, event: &Event) -> Value {
    let function = host.function(&edge(at), event.trigger()).unwrap();
    serde_json::from_slice(&function.invoke(json(event)).await.unwrap()).unwrap()
}

#[tokio::test]
async fn the_three_functions_answer_as_their_packages_do() {
    let (host, _) = host();
    let stamped =
        page().header("x-bluegreen-release", "blue.0-0").origin(Origin::s3("b.s3.amazonaws.com"));
    let served = stamped.clone().header("x-bluegreen-decided-at", "viewer-request");
    let html = Response::status(200).header("Content-Type", "text/html");
    let table = [
        (Event::viewer_request(page()), "/headers/x-bluegreen-release/0/value", "blue.0-0"),
        (Event::origin_request(stamped), "/origin/s3/path", "/releases/blue"),
        (
            Event::origin_response(served, html),
            "/headers/set-cookie/0/value",
            "release=blue.0-0; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=604800",
        ),
    ];
    for (event, pointer, expected) in table {
        let result = invoke(&host, "FRA50", &event).await;
        let found = result.pointer(pointer).and_then(Value::as_str);
        assert_eq!(found, Some(expected), "{}", event.trigger());
    }
    assert!(host.function(&edge("FRA50"), Trigger::ViewerResponse).is_none());
}

#[tokio::test]
async fn each_environment_reads_the_plan_once_before_its_first_event() {
    let (host, reads) = host();
    let event = Event::viewer_request(page());
    for at in ["FRA50", "FRA50", "IAD89", "IAD89", "FRA50"] {
        invoke(&host, at, &event).await;
    }
    host.recycle(&edge("FRA50"), Trigger::ViewerRequest);
    host.recycle(&edge("FRA50"), Trigger::OriginRequest);
    host.recycle(&edge("FRA50"), Trigger::ViewerResponse);
    invoke(&host, "FRA50", &event).await;
    let mut times = BTreeMap::new();
    for reader in reads.lock().unwrap().iter() {
        *times.entry(reader.clone()).or_insert(0) += 1;
    }
    let expected = [("FRA50 viewer-request", 2), ("IAD89 viewer-request", 1)];
    assert_eq!(times, expected.map(|(reader, count)| (reader.to_owned(), count)).into());
}

#[tokio::test]
async fn only_an_invalid_event_fails_the_invocation() {
    let (host, _) = host();
    let function = host.function(&edge("FRA50"), Trigger::ViewerRequest).unwrap();
    for (name, payload) in [("not JSON", "{"), ("not CloudFront's", r#"{"Records":[]}"#)] {
        let failed = function.invoke(Bytes::from(payload)).await;
        assert!(matches!(failed, Err(FunctionError::Failed(_))), "{name}: {failed:?}");
    }
    let untouched =
        r#"{"Records":[{"cf":{"config":{"eventType":"nonsense"},"request":{"uri":"/"}}}]}"#;
    assert_eq!(function.invoke(Bytes::from(untouched)).await, Ok(Bytes::from(r#"{"uri":"/"}"#)));
}
