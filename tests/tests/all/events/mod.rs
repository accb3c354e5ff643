//! Runs every event fixture through its handler. The result must be the expected one, CloudFront must accept
//! it, and everything that is not ours must stay unchanged.
//!
//! `UPDATE_EXPECT=1` rewrites the expectations. Read the difference before you commit it.

pub(crate) mod case;
mod chain;

use std::path::Path;

use edge_event::{Event, Outcome, Trigger, check};
use lambda_host::{Deps, Handled};
use serde_json::Value;
use testkit::differences;

use crate::events::case::{Case, Given, cases};

pub(crate) async fn handle(event: Event, deps: &Deps) -> Handled {
    match event.trigger() {
        Trigger::ViewerRequest => viewer_request::handle(event, deps).await,
        Trigger::OriginRequest => origin_request::handle(event, deps).await,
        Trigger::OriginResponse => origin_response::handle(event, deps).await,
        Trigger::ViewerResponse => panic!("there is no viewer-response function"),
    }
}

/// Checks that CloudFront would accept the result, and that nothing of others was lost.
fn assert_acceptable(name: &str, event: &Event, document: &Value, outcome: &Outcome) {
    let violations = check(event, outcome);
    assert!(violations.is_empty(), "{name}: {violations:#?}");
    let result = serde_json::to_value(outcome).unwrap();
    let differences = differences(event.trigger(), document, &result);
    assert!(differences.is_empty(), "{name}: changed what is not ours: {differences:#?}");
}

#[tokio::test]
async fn every_fixture_gets_its_expected_result() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for Case { name, event: document, expect_path, mut expect } in cases() {
        let event = Event::from_json(&document.to_string()).unwrap();
        let deps = Given::of(&expect).deps().await;
        let Handled { outcome, note } = handle(event.clone(), &deps).await;
        assert_acceptable(&name, &event, &document, &outcome);
        let before = expect.clone();
        expect["release"] = note.release.into();
        expect["reason"] = note.reason.into();
        expect["result"] = serde_json::to_value(&outcome).unwrap();
        if update {
            let text = serde_json::to_string_pretty(&expect).unwrap();
            std::fs::write(expect_path, text + "\n").unwrap();
        } else if before != expect {
            wrong.push(format!("{name}: expected {before:#}\nfound {expect:#}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_fixture_comes_back_equal_and_may_pass_through() {
    for Case { name, event: document, .. } in cases() {
        let event = Event::from_json(&document.to_string()).unwrap();
        assert_eq!(event.to_value(), document, "{name}");
        assert!(name.starts_with(event.trigger().as_str()), "{name} is from {}", event.trigger());
        assert_eq!(check(&event, &event.passthrough()), [], "{name}");
    }
}

/// A fixture's expectation is about one plan. CloudFront must accept the result under every other plan too.
#[tokio::test]
async fn every_fixture_is_acceptable_under_any_plan() {
    for plan in [None, Some("shop-ramp"), Some("shop-settled"), Some("bare")] {
        let deps = Given::new("shop", plan).deps().await;
        for Case { name, event: document, .. } in cases() {
            let event = Event::from_json(&document.to_string()).unwrap();
            let outcome = handle(event.clone(), &deps).await.outcome;
            assert_acceptable(&format!("{name} under {plan:?}"), &event, &document, &outcome);
        }
    }
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
