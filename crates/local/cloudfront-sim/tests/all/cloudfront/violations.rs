//! Functions that break a rule or give no result.

use std::time::Duration;

use cloudfront_sim::{FunctionError, Step};
use edge_event::{Event, Outcome, Response, Trigger};

use crate::cloudfront::support::{Seen, Site};

/// The broken rules in the exchange.
fn rules(seen: &Seen) -> Vec<String> {
    let violations = |step: &Step| match step {
        Step::Function { violations, .. } => violations.clone(),
        Step::Lookup { .. } | Step::Origin { .. } | Step::Kept { .. } => Vec::new(),
    };
    let texts = seen.exchange.steps.iter().flat_map(violations);
    texts.map(|text| text.split(':').next().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_result_that_breaks_a_rule_is_a_502_and_the_rule_is_named() {
    type Break = fn(Event) -> Outcome;
    let rows: [(&str, Trigger, Break, &str); 9] = [
        (
            "a read-only header",
            Trigger::ViewerRequest,
            |mut event| {
                event.request.headers.set("Host", "evil.example.com");
                event.request.into()
            },
            "read-only-header",
        ),
        (
            "a disallowed header",
            Trigger::OriginRequest,
            |mut event| {
                event.request.headers.set("X-Edge-Location", "x");
                event.request.into()
            },
            "disallowed-header",
        ),
        (
            "a path without a slash",
            Trigger::ViewerRequest,
            |mut event| {
                event.request.uri = "index.html".into();
                event.request.into()
            },
            "uri-start",
        ),
        (
            "an origin at the viewer's trigger",
            Trigger::ViewerRequest,
            |event| event.request.origin(edge_event::Origin::custom("example.org")).into(),
            "viewer-origin",
        ),
        (
            "a 204 with a body",
            Trigger::ViewerRequest,
            |_| Response::status(204).body("x").into(),
            "no-content-body",
        ),
        (
            "a generated response that is too large",
            Trigger::ViewerRequest,
            |_| Response::status(200).body("x".repeat(41 * 1024)).into(),
            "response-size",
        ),
        (
            "a status beyond the range",
            Trigger::OriginResponse,
            |_| Response::status(199).into(),
            "status",
        ),
        (
            "a request from a response trigger",
            Trigger::OriginResponse,
            |event| event.request.into(),
            "result-kind",
        ),
        (
            "another status at viewer-response",
            Trigger::ViewerResponse,
            |_| Response::status(201).into(),
            "status-unchanged",
        ),
    ];
    for (name, trigger, broken, rule) in rows {
        let site = Site::new().function(trigger, broken).start();
        let seen = site.get("/a").await;
        assert_eq!((seen.status(), seen.x_cache()), (502, "LambdaValidationError"), "{name}");
        assert!(rules(&seen).contains(&rule.to_owned()), "{name}: {:?}", rules(&seen));
    }
}

#[tokio::test]
async fn a_result_that_is_no_result_is_a_502() {
    let rows = [
        ("nothing", ""),
        ("no json", "<html>"),
        ("null", "null"),
        ("a text", "\"/index.html\""),
        ("a list", "[]"),
        ("an object without fields", "{}"),
        ("a status that is a number", r#"{"status": 200}"#),
    ];
    for (name, result) in rows {
        let site =
            Site::new().raw_function(Trigger::ViewerRequest, move |_| Ok(result.into())).start();
        let seen = site.get("/a").await;
        assert_eq!((seen.status(), seen.x_cache()), (502, "LambdaValidationError"), "{name}");
        assert_eq!(rules(&seen), ["json"], "{name}");
    }
}

#[tokio::test]
async fn a_function_without_a_result_is_a_503_at_every_trigger() {
    let rows = [
        (FunctionError::Failed("no".into()), "LambdaExecutionError"),
        (FunctionError::TimedOut(Duration::from_secs(5)), "LambdaExecutionError"),
        (FunctionError::Throttled, "LambdaLimitExceeded"),
    ];
    for (error, x_cache) in rows {
        for trigger in Trigger::ALL {
            let failure = error.clone();
            let site = Site::new().raw_function(trigger, move |_| Err(failure.clone())).start();
            let seen = site.get("/a").await;
            assert_eq!((seen.status(), seen.x_cache()), (503, x_cache), "{error} at {trigger}");
            assert!(!seen.text().contains("function"), "a viewer learns nothing of it");
        }
    }
}

#[tokio::test]
async fn a_functions_failure_is_not_kept() {
    let site = Site::new()
        .raw_function(Trigger::OriginRequest, |_| Err(FunctionError::Failed("no".into())))
        .start();
    for times in 1..=2 {
        assert_eq!(site.get("/a").await.status(), 503);
        assert_eq!(site.events(Trigger::OriginRequest).len(), times);
    }
}
