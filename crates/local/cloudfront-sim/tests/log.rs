//! The log lines about a function that fails. CloudFront tells the viewer nothing about it.
//!
//! This is a test binary of its own, because tracing caches for the whole process whether a line has a subscriber.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use cloudfront_sim::{
    Behavior, CachePolicy, CloudFront, Distribution, EdgeLocation, Function, FunctionError,
    FunctionHost, Invocation, Methods, Network, OriginRequestPolicy, OriginSettings,
    ResponseHeadersPolicy,
};
use edge_event::{Origin, Trigger};
use edge_time::{ManualClock, Timestamp};
use http::Request;
use serde_json::{Value, json};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics while it holds the lock").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A function that always ends the same way.
#[derive(Clone)]
struct Always(Result<Bytes, FunctionError>);

impl Function for Always {
    fn invoke(&self, _: Bytes) -> Invocation<'_> {
        Box::pin(async { self.0.clone() })
    }
}

impl FunctionHost for Always {
    fn function(&self, _: &EdgeLocation, _: Trigger) -> Option<Arc<dyn Function>> {
        Some(Arc::new(self.clone()))
    }
}

/// A distribution that runs `function` at viewer-request.
fn start(function: Always) -> CloudFront {
    let default_behavior = Behavior {
        target: "main".into(),
        cache_policy: CachePolicy::default(),
        origin_request_policy: OriginRequestPolicy::default(),
        triggers: vec![Trigger::ViewerRequest],
        methods: Methods::Read,
        cache_options: false,
        response_headers: ResponseHeadersPolicy::default(),
    };
    let origin = OriginSettings { origin: Origin::custom("origin.example.com") };
    let distribution = Distribution {
        id: "EDFDVBD6EXAMPLE".into(),
        domain_name: "d111111abcdef8.cloudfront.net".into(),
        edges: vec![EdgeLocation("FRA50".into())],
        origins: BTreeMap::from([("main".into(), origin)]),
        groups: BTreeMap::new(),
        behaviors: Vec::new(),
        default_behavior,
        error_ttls: BTreeMap::new(),
        error_pages: BTreeMap::new(),
        root_object: None,
    };
    let clock = Arc::new(ManualClock::new(Timestamp(0)));
    CloudFront::new(distribution, Network::default(), Arc::new(function), clock)
        .expect("the distribution is sound")
}

#[tokio::test]
async fn a_broken_rule_and_a_failure_are_one_line_each_with_the_request_they_belong_to() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .without_time()
        .with_target(false)
        .flatten_event(true)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let rows = [
        (Ok("{}".into()), "violation", "the function's result breaks a rule", "json: "),
        (
            Ok(r#"{"status": "204", "body": "x"}"#.into()),
            "violation",
            "the function's result breaks a rule",
            "no-content-body: a viewer-request function must not return a body with status 204: \
             `1` bytes (page `lambda-generating-http-responses`)",
        ),
        (
            Err(FunctionError::TimedOut(Duration::from_secs(5))),
            "error",
            "the function gave no result",
            "the function timed out after 5 s",
        ),
    ];
    for (result, field, message, text) in rows {
        lines.0.lock().expect("no test panics while it holds the lock").clear();
        let request = Request::new(Bytes::new());
        let viewer = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let edge = EdgeLocation("FRA50".into());
        let (_, exchange) = start(Always(result)).send(&edge, viewer, request).await;
        let written = lines.0.lock().expect("no test panics while it holds the lock").clone();
        let mut line: Value = serde_json::from_slice(&written).expect("one line of JSON");
        let said = line[field].take();
        assert!(said.as_str().is_some_and(|said| said.starts_with(text)), "{said}");
        let expected = json!({
            "level": "ERROR",
            "message": message,
            "request_id": exchange.id,
            "trigger": "viewer-request",
            field: null,
        });
        assert_eq!(line, expected);
    }
}
