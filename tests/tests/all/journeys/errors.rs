//! Errors of an origin, which CloudFront caches, and errors of functions that are not ours.

use std::sync::Arc;

use bytes::Bytes;
use cloudfront_sim::{
    CacheResult, EdgeLocation, Function, FunctionError, FunctionHost, Invocation,
};
use edge_event::Trigger;
use serde_json::Value;
use testkit::world::{From, Rule, Span, World};

const ERROR: From = From::Edge(CacheResult::Error);

#[tokio::test(start_paused = true)]
async fn a_cached_error_of_the_new_release_is_gone_with_its_viewers_after_a_rollback() {
    let world = World::new().start().await;
    let ann = world.browser();
    let mut tab = ann.open("/").await;
    world.promote("green").await;
    world.break_release("green");
    for _ in 0..2 {
        let got = tab.reload().await;
        assert_eq!((got.status, got.from, got.header("set-cookie")), (500, ERROR, None));
    }
    assert_eq!(ann.cookie_release().as_deref(), Some("blue"), "an error page pins nobody");
    world.roll_back().await;
    world.settle().await;
    let got = tab.reload().await;
    assert_eq!((got.status, tab.release()), (200, "blue"));
}

#[tokio::test(start_paused = true)]
async fn a_cached_error_ends_with_its_ten_seconds() {
    let world = World::new().start().await;
    world.break_release("blue");
    let mut tab = world.browser().tab();
    assert_eq!(tab.open("/").await.status, 500);
    world.mend_release("blue");
    world.advance(9.s()).await;
    assert_eq!(tab.open("/").await.status, 500);
    world.advance(1.s()).await;
    assert_eq!(tab.open("/").await.status, 200);
}

/// A function that is not ours, only at viewer-request.
struct Theirs(fn(Value) -> Result<Value, FunctionError>);

impl Function for Theirs {
    fn invoke(&self, event: Bytes) -> Invocation<'_> {
        let event: Value = serde_json::from_slice(&event).unwrap();
        let result = (self.0)(event["Records"][0]["cf"]["request"].clone());
        let json = result.map(|result| Bytes::from(result.to_string()));
        Box::pin(std::future::ready(json))
    }
}

struct Host(Arc<Theirs>);

impl FunctionHost for Host {
    fn function(&self, _: &EdgeLocation, trigger: Trigger) -> Option<Arc<dyn Function>> {
        let function: Arc<dyn Function> = self.0.clone();
        (trigger == Trigger::ViewerRequest).then_some(function)
    }
}

fn changes_host(mut request: Value) -> Result<Value, FunctionError> {
    request["headers"]["host"][0]["value"] = "elsewhere.example.com".into();
    Ok(request)
}

fn adds_a_disallowed_header(mut request: Value) -> Result<Value, FunctionError> {
    request["headers"]["x-edge-location"] = serde_json::json!([{ "value": "FRA50" }]);
    Ok(request)
}

fn returns_nothing(_: Value) -> Result<Value, FunctionError> {
    Ok(Value::Null)
}

fn throws(_: Value) -> Result<Value, FunctionError> {
    Err(FunctionError::Failed("TypeError".into()))
}

fn takes_too_long(_: Value) -> Result<Value, FunctionError> {
    Err(FunctionError::TimedOut(5.s()))
}

#[tokio::test(start_paused = true)]
async fn a_function_that_breaks_a_rule_is_a_502_and_one_that_fails_a_503() {
    type Row = (&'static str, fn(Value) -> Result<Value, FunctionError>, u16, CacheResult);
    let table: [Row; 5] = [
        ("changes Host", changes_host, 502, CacheResult::LambdaValidationError),
        ("adds X-Edge-*", adds_a_disallowed_header, 502, CacheResult::LambdaValidationError),
        ("returns null", returns_nothing, 502, CacheResult::LambdaValidationError),
        ("throws", throws, 503, CacheResult::LambdaExecutionError),
        ("times out", takes_too_long, 503, CacheResult::LambdaExecutionError),
    ];
    for (name, function, status, result) in table {
        let world =
            World::new().functions(45.s(), move |_| Arc::new(Host(Arc::new(Theirs(function)))));
        let world = world.start().await;
        let got = world.browser().tab().open("/").await;
        assert_eq!((got.status, got.from), (status, From::Edge(result)), "{name}");
        let breaches = world.watch().take_breaches();
        assert!(breaches.iter().any(|breach| breach.rule == Rule::NoErrorOfOurs), "{name}");
    }
}
