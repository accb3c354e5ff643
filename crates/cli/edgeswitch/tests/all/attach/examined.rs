//! The doctor looks at the new configuration before it is written.

use clap::Parser;
use doctor::{Read, Source};
use edgeswitch::{Cli, Exit};
use serde_json::Value;

use crate::attach::cloud::{Memory, SHOP};
use crate::golden;

fn plan() -> Source {
    Source::Plan("eu-central-1".into())
}

/// An error of the new configuration keeps it from being written, unless it is accepted by name.
#[tokio::test(start_paused = true)]
async fn an_error_must_be_accepted() {
    let memory = Memory::new();
    let missing = Read::from_error("ParameterNotFound");
    memory.state().answers.insert(plan(), missing);
    let mut text = String::new();
    for line in ["attach --dry-run", "attach -y", "attach -y --accept triggers"] {
        text += &memory.shown(line, None).await;
        assert_eq!(memory.xml(), SHOP);
        assert!(!memory.kept().exists());
    }
    text += &memory.shown("attach -y --accept plan", None).await;
    assert!(memory.xml().contains("shop-viewer-request:1"));
    golden::check("attach/golden/examined.txt", &text);
}

/// A warning and a refused read are said, and the program can read them too.
#[tokio::test(start_paused = true)]
async fn a_warning_is_said() {
    let memory = Memory::new();
    let policy =
        "../../../fixtures/doctor/good/cache-policies/5c0a6a3e-0f0e-4a3e-9a6e-000000000001.json";
    let policy = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(policy);
    let mut policy: Value =
        serde_json::from_str(&std::fs::read_to_string(policy).unwrap()).unwrap();
    policy["CachePolicy"]["CachePolicyConfig"]["MinTTL"] = 5.into();
    let source = Source::CachePolicy("11111111-aaaa-4000-8000-000000000001".into());
    memory.state().answers.insert(source, Read::Known(policy));
    memory.state().answers.insert(Source::PricingPlans, Read::from_error("AccessDenied"));
    let ran = memory.run("attach -y --output json", None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let notes: Vec<&str> =
        report["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap()).collect();
    assert!(notes.iter().any(|note| note.starts_with("warning `minimum-ttl`: ")), "{notes:?}");
    let unread = "the doctor could not read what it needs for `flat-rate-plan`: `edgeswitch doctor` says why";
    assert!(notes.contains(&unread), "{notes:?}");
    assert!(ran.err.contains(unread), "{}", ran.err);
}

/// A newer version of the functions is examined too; nothing to change is not.
#[tokio::test(start_paused = true)]
async fn only_changes_are_examined() {
    let memory = Memory::new();
    memory.run("attach -y", None).await;
    memory.state().answers.insert(plan(), Read::from_error("ParameterNotFound"));
    assert_eq!(memory.run("attach -y", None).await.exit, Exit::Done);
    memory.state().outputs = Some(crate::attach::cloud::outputs(2));
    assert_eq!(memory.run("attach -y", None).await.exit, Exit::Failed);
}

#[test]
fn only_checks_can_be_accepted() {
    let line = ["edgeswitch", "attach", "--accept", "everything"];
    let error = Cli::try_parse_from(line).unwrap_err().to_string();
    assert!(error.contains("docs/doctor.md lists the ids"), "{error}");
}
