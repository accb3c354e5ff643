//! `edgeswitch doctor` on load balancers and records that follow a plan, without a distribution.

use std::fs;

use edge_time::ManualClock;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::cloud::{Credentials, Told};
use super::{Saved, screen};
use crate::control::world::{NOW, Ran, run};
use crate::golden;

const RULE: &str = "listener-rules/arn_aws_elasticloadbalancing_eu-central-1_123456789012_listener-rule_app_shop_50dc6c495c0c9188_f2f7dc8efc522ab2_9683b2d02a6cabee";
const HEALTH: &str = "target-health/arn_aws_elasticloadbalancing_eu-central-1_123456789012_targetgroup_shop-blue_73e2d6bc24d8a067";
const ALIAS: &str = "records/Z0123456789ABCDEFGHIJ-www.example.com-A";

/// The note of a guard with trouble, and with an older configuration.
const GUARD: &str = r#"{"Parameter":{"Value":"{\"schema\":1,\"ran\":\"2026-11-27T09:59:30Z\",\"configuration\":\"0123456789abcdef\",\"trouble\":[\"read alarms in `us-east-1`: AccessDenied\"]}"}}"#;

/// Shares of somebody else, no healthy target, an alias without a health check, and an answer that is refused.
fn troubled() -> Saved {
    let saved = Saved::of("followers");
    saved
        .edit(&format!("{RULE}.json"), |rule| {
            let groups = &mut rule["Rules"][0]["Actions"][0]["ForwardConfig"]["TargetGroups"];
            groups[0]["Weight"] = 30.into();
        })
        .edit(&format!("{HEALTH}.json"), |known| {
            known["TargetHealthDescriptions"] = json!([]);
        })
        .edit(&format!("{ALIAS}.json"), |known| {
            known["ResourceRecordSets"][0]["AliasTarget"]["EvaluateTargetHealth"] = false.into();
        })
        .remove("records/Z0123456789ABCDEFGHIJ-api.example.com-CNAME.json")
        .write(
            "records/Z0123456789ABCDEFGHIJ-api.example.com-CNAME.refused",
            "AccessDenied: not authorized",
        );
    saved
}

/// The account of `saved`, at the time of its answers.
async fn live(saved: &Saved, more: &str) -> Ran {
    let told = Told { folder: saved.path().into(), credentials: Credentials::Known };
    let config = saved.path().join("edgeswitch.toml");
    let line = format!("doctor --config {} {more}", config.display());
    run(&told, &ManualClock::new(NOW), "alice", line.trim(), None).await
}

#[tokio::test]
async fn every_screen() {
    let mut text = screen("sound", &Saved::of("followers").examine("").await);
    text += &screen("findings", &troubled().examine("").await);
    let refused = Saved::of("followers");
    refused
        .remove(&format!("{RULE}.json"))
        .write(&format!("{RULE}.refused"), "AccessDenied: not authorized");
    text += &screen("refused", &refused.examine("").await);
    let unread = Saved::of("followers");
    unread.remove("moment.json").remove(&format!("{HEALTH}.json"));
    text += &screen("missing", &unread.examine("").await);
    text +=
        &screen("guard", &Saved::of("followers").write("guard-note.json", GUARD).examine("").await);
    golden::check("doctor/golden/followers.txt", &text);
}

#[tokio::test]
async fn saved_answers_have_the_same_findings() {
    let (saved, copy) = (troubled(), TempDir::new().unwrap());
    let copy = copy.path().join("copy");
    let ran = live(&saved, &format!("--output json --save {}", copy.display())).await;
    assert_eq!(ran.exit.code(), 1, "{}", ran.err);
    assert!(ran.err.contains("reading what AWS says about the followers"), "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(report["findings"].as_array().unwrap().len() >= 3, "{report:#}");
    // The time of the answers is kept: the plan may have another stage tomorrow.
    let moment: Value =
        serde_json::from_str(&fs::read_to_string(copy.join("moment.json")).unwrap()).unwrap();
    assert_eq!(moment["Now"], NOW.to_string());
    let again = Told { folder: "nowhere".into(), credentials: Credentials::None };
    let line = format!("doctor --offline {} --output json", copy.display());
    let later = NOW.plus(std::time::Duration::from_secs(864_000));
    let again = run(&again, &ManualClock::new(later), "alice", &line, None).await;
    assert_eq!(again.out, ran.out);
}
