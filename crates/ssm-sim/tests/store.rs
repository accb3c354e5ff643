//! What the store keeps, and what it refuses.
#![expect(clippy::unwrap_used, reason = "what surrounds a test fails it as well")]

use std::sync::Arc;
use std::time::Duration;

use plan_store::ManualClock;
use routing_core::Timestamp;
use ssm_sim::{ErrorCode, Page, ParameterStore, Put, SsmError};

const NOW: Timestamp = Timestamp(1_795_341_600_000);

fn store() -> (ParameterStore, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(NOW));
    (ParameterStore::new(Arc::clone(&clock) as _), clock)
}

fn put(name: &str, value: &str) -> Put {
    Put { name: name.into(), value: value.into(), overwrite: true, ..Put::default() }
}

fn code(error: SsmError) -> ErrorCode {
    match error {
        SsmError::Service(error) => error.code,
        SsmError::Dropped => panic!("dropped"),
    }
}

#[tokio::test]
async fn every_write_is_a_version_that_can_be_read_again() {
    let (store, clock) = store();
    assert_eq!(store.put(put("/shop/plan", "first")).await, Ok(1));
    clock.advance(Duration::from_millis(1500));
    let second = Put {
        description: Some("canary".into()),
        user: "ada".into(),
        ..put("/shop/plan", "second")
    };
    assert_eq!(store.put(second).await, Ok(2));
    let latest = store.get("/shop/plan").await.unwrap();
    assert_eq!((latest.value.as_str(), latest.version, latest.selector), ("second", 2, None));
    assert_eq!(latest.last_modified, Timestamp(NOW.0 + 1500));
    assert_eq!(latest.last_modified_user, "arn:aws:iam::123456789012:user/ada");
    assert_eq!(latest.arn, "arn:aws:ssm:us-east-1:123456789012:parameter/shop/plan");
    let first = store.get("/shop/plan:1").await.unwrap();
    assert_eq!((first.value.as_str(), first.selector.as_deref()), ("first", Some(":1")));
    let history = store.history("/shop/plan", &Page::default()).await.unwrap();
    let values: Vec<_> = history.parameters.iter().map(|one| one.value.as_str()).collect();
    assert_eq!((values, history.next_token), (vec!["first", "second"], None));
    assert_eq!(history.parameters[1].description.as_deref(), Some("canary"));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let (store, _) = store();
    store.put(put("/shop/plan", "first")).await.unwrap();
    let rows = [
        ("another name", "/shop/plans", ErrorCode::ParameterNotFound),
        ("another case", "/Shop/plan", ErrorCode::ParameterNotFound),
        ("without the slash", "plan", ErrorCode::ParameterNotFound),
        ("a later version", "/shop/plan:2", ErrorCode::ParameterVersionNotFound),
        ("version 0", "/shop/plan:0", ErrorCode::ParameterVersionNotFound),
        ("a label", "/shop/plan:live", ErrorCode::ParameterVersionNotFound),
        ("no version", "/shop/plan:", ErrorCode::ParameterVersionNotFound),
    ];
    for (name, asked, expected) in rows {
        assert_eq!(code(store.get(asked).await.unwrap_err()), expected, "{name}");
    }
    let elsewhere = store.in_region("eu-west-1").get("/shop/plan").await;
    assert_eq!(code(elsewhere.unwrap_err()), ErrorCode::ParameterNotFound);
}
