//! Events that CloudFront does not send: whatever the functions make of them, a forged stamp never passes.

use std::sync::Arc;

use cloudfront_sim::{EdgeLocation, FunctionHost};
use edge_event::Trigger;
use edge_time::SystemClock;
use functions_in_process::{Environment, InProcess};
use plan_store::MemoryStore;
use serde_json::{Value, json};

use crate::attacks::decided_at_viewer;

/// The text of every forged stamp.
const FORGED: &str = "evil";

/// The names that viewers may try.
const NAMES: [&str; 5] = [
    "x-bluegreen-release",
    "X-BlueGreen-Release",
    "X-BLUEGREEN-REASON",
    r"\u0078-bluegreen-preview",
    "x-bluegreen-",
];

/// Events with forged stamps, each spoiled in another way.
pub(crate) fn events() -> Vec<String> {
    let forged = NAMES.map(|name| format!(r#""{name}":[{{"key":"{name}","value":"{FORGED}"}}]"#));
    let headers =
        format!(r#"{{{},"host":[{{"key":"Host","value":"a.example"}}]}}"#, forged.join(","));
    let twice = format!(r#"{headers},"headers":{headers}"#);
    let config = r#""config":{"eventType":"viewer-request","requestId":"x"}"#;
    let fields = r#""clientIp":"192.0.2.1","method":"GET","querystring":"","uri":"/cart""#;
    let event = |cf: String| format!(r#"{{"Records":[{{"cf":{{{cf}}}}}]}}"#);
    let with = |config: &str, request: &str| event(format!(r#"{config},"request":{request}"#));
    let ordinary = format!(r#"{{{fields},"headers":{headers}}}"#);
    let mut events = vec![
        with(config, &ordinary),
        with(r#""config":{}"#, &ordinary),
        with(r#""config":null"#, &ordinary),
        with(r#""config":{"eventType":7}"#, &ordinary),
        with(r#""config":{"eventType":"viewer-request-2"}"#, &ordinary),
        event(format!(r#""request":{ordinary}"#)),
        with(config, &format!(r#"{{{fields},"headers":{twice}}}"#)),
        with(config, &format!(r#"{{"headers":{headers}}}"#)),
        with(config, &format!(r#"{{{fields},"headers":[{headers}]}}"#)),
        with(config, &format!(r#"{{{fields},"headers":"x-bluegreen-release: {FORGED}"}}"#)),
        with(config, "null"),
        with(config, "[]"),
        with(config, r#""x""#),
        format!(r#"{{"Records":[{{"cf":{{{config},"request":{ordinary}}}}},{{}}]}}"#),
        r#"{"Records":[]}"#.to_owned(),
        "{}".to_owned(),
        "[]".to_owned(),
        "7".to_owned(),
    ];
    for (name, value) in [
        ("uri", "7"),
        ("uri", "null"),
        ("uri", r#"{"a":1}"#),
        ("method", "[]"),
        ("querystring", "{}"),
        ("clientIp", "false"),
        ("body", "7"),
        ("origin", r#""x""#),
    ] {
        events.push(with(config, &format!(r#"{{{fields},"{name}":{value},"headers":{headers}}}"#)));
        events.push(with(config, &format!(r#"{{"{name}":{value},"headers":{headers}}}"#)));
    }
    for header in [r#""x""#, "7", "null", "{}", r#"["x"]"#, r#"[{"value":7}]"#, r#"[{"key":7}]"#] {
        let odd = headers.replacen('{', &format!(r#"{{"x-odd":{header},"#), 1);
        events.push(with(config, &format!(r#"{{{fields},"headers":{odd}}}"#)));
    }
    events
}

#[tokio::test]
async fn no_spoiled_event_lets_a_forged_stamp_pass() {
    let world = decided_at_viewer().start().await;
    let (config, plan) = (world.config().clone(), world.plan_text());
    let functions = InProcess::new(config, move |_, _| Environment {
        store: Arc::new(MemoryStore::new(plan.clone())),
        clock: Arc::new(SystemClock),
        seed: 1,
    });
    let edge = EdgeLocation("EDGE0".into());
    let viewer_request = functions.function(&edge, Trigger::ViewerRequest).unwrap();
    let mut passed = 0;
    for event in events() {
        let Ok(answer) = viewer_request.invoke(event.clone().into()).await else { continue };
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert!(!answer.to_string().contains(FORGED), "{event}\n{answer}");
        passed += 1;
    }
    // The others are no events of CloudFront, and nothing in them can be passed on.
    assert!(passed > events().len() / 2, "{passed}");
    let ordinary: Value = serde_json::from_str(&events()[0]).unwrap();
    assert_eq!(ordinary["Records"][0]["cf"]["request"]["uri"], json!("/cart"), "a real event");
}
