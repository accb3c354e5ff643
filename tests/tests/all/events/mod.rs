//! Every event fixture through its handler: the result is the expected one, CloudFront would take it,
//! and whatever is not ours comes back as it came.
//!
//! `UPDATE_EXPECT=1` rewrites the expectations; read the difference before you commit it.

mod case;
mod chain;

use std::path::{Path, PathBuf};

use edge_event::{Event, Outcome, Trigger, check};
use lambda_host::{Deps, Handled};
use serde_json::Value;
use testkit::differences;

use crate::events::case::{Case, Given, cases, fixtures};

async fn handle(event: Event, deps: &Deps) -> Handled {
    match event.trigger() {
        Trigger::ViewerRequest => viewer_request::handle(event, deps).await,
        Trigger::OriginRequest => origin_request::handle(event, deps).await,
        Trigger::OriginResponse => origin_response::handle(event, deps).await,
        Trigger::ViewerResponse => panic!("there is no viewer-response function"),
    }
}

/// Nothing that CloudFront would refuse, and nothing lost.
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

/// Events that others recorded or documented, where somebody has put them beside the repository.
#[tokio::test]
async fn events_of_others_pass_and_lose_nothing() {
    let folder = fixtures().join("../../shared/events");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: there are no events of others beside the repository");
        return;
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_event = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
    let mut seen = 0;
    for path in paths.filter(is_event) {
        let document: Value = read(&path);
        let event = Event::from_json(&document.to_string()).unwrap();
        if event.trigger() == Trigger::ViewerResponse {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for plan in ["shop-ramp", "shop-settled", "bare"] {
            let deps = Given::new("shop", Some(plan)).deps().await;
            let outcome = handle(event.clone(), &deps).await.outcome;
            assert_acceptable(&name, &event, &document, &outcome);
        }
        seen += 1;
    }
    assert!(seen > 0, "the folder has no events");
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
