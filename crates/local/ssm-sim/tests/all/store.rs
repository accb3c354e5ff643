//! The store's operations and its limits.

use std::time::Duration;

use crate::world::{NAME, NOW, clock, code, put, store};
use edge_time::Timestamp;
use futures_util::future::join_all;
use proptest::prelude::*;
use ssm_sim::{MAX_RESULTS, MAX_VALUE_BYTES, MAX_VERSIONS, Page, ParameterStore, Put};

#[tokio::test]
async fn every_write_is_a_version_that_can_be_read_again() {
    let clock = clock();
    let store = ParameterStore::new(clock.clone());
    assert_eq!(store.put(put(NAME, "first")).await, Ok(1));
    clock.advance(Duration::from_millis(1500));
    let (description, user) = (Some("canary".into()), "ada".into());
    assert_eq!(store.put(Put { description, user, ..put(NAME, "second") }).await, Ok(2));
    let latest = store.get(NAME).await.unwrap();
    assert_eq!((latest.value.as_str(), latest.version, latest.selector), ("second", 2, None));
    assert_eq!(latest.last_modified, Timestamp(NOW.0 + 1500));
    assert_eq!(latest.last_modified_user, "arn:aws:iam::123456789012:user/ada");
    assert_eq!(latest.arn, "arn:aws:ssm:us-east-1:123456789012:parameter/shop/plan");
    let first = store.get("/shop/plan:1").await.unwrap();
    assert_eq!((first.value.as_str(), first.selector.as_deref()), ("first", Some(":1")));
    let history = store.history(NAME, &Page::default()).await.unwrap();
    let values: Vec<_> = history.parameters.iter().map(|one| one.value.as_str()).collect();
    assert_eq!((values, history.next_token), (vec!["first", "second"], None));
    assert_eq!(history.parameters[1].description.as_deref(), Some("canary"));
}

#[tokio::test]
async fn a_missing_parameter_or_version_is_not_found() {
    let store = store();
    store.put(put(NAME, "first")).await.unwrap();
    let rows = [
        ("another name", "/shop/plans", "ParameterNotFound"),
        ("another case", "/Shop/plan", "ParameterNotFound"),
        ("without the slash", "plan", "ParameterNotFound"),
        ("a later version", "/shop/plan:2", "ParameterVersionNotFound"),
        ("version 0", "/shop/plan:0", "ParameterVersionNotFound"),
        ("a label", "/shop/plan:live", "ParameterVersionNotFound"),
        ("no version", "/shop/plan:", "ParameterVersionNotFound"),
    ];
    for (name, asked, expected) in rows {
        assert_eq!(code(store.get(asked).await), expected, "{name}");
    }
    assert_eq!(code(store.in_region("eu-west-1").get(NAME).await), "ParameterNotFound");
    let (found, missing) =
        store.get_all(&rows.map(|(_, asked, _)| asked.to_owned())).await.unwrap();
    assert_eq!((found.len(), missing.len()), (0, rows.len()));
}

#[tokio::test]
async fn only_a_write_with_overwrite_replaces_a_value() {
    let store = store();
    let create = Put { overwrite: false, ..put(NAME, "first") };
    assert_eq!(store.put(create.clone()).await, Ok(1));
    assert_eq!(code(store.put(create).await), "ParameterAlreadyExists");
    assert_eq!(store.get(NAME).await.unwrap().version, 1);
}

#[tokio::test]
async fn a_deleted_parameter_starts_again_at_version_1() {
    let store = store();
    store.put(put(NAME, "first")).await.unwrap();
    assert_eq!(store.delete(NAME).await, Ok(()));
    assert_eq!(code(store.delete(NAME).await), "ParameterNotFound");
    assert_eq!(code(store.history(NAME, &Page::default()).await), "ParameterNotFound");
    assert_eq!(store.put(put(NAME, "again")).await, Ok(1));
}

#[tokio::test]
async fn names_are_checked_as_parameter_store_checks_them() {
    let levels = |count: usize| "/x".repeat(count);
    let arn =
        |length: usize| "x".repeat(length - "arn:aws:ssm:us-east-1:123456789012:parameter/".len());
    let rows = [
        ("a path", "/shop/plan".to_owned(), ""),
        ("a bare name", "plan".to_owned(), ""),
        ("every character", "/A-z/0.9/_".to_owned(), ""),
        ("spaces around", " /shop/plan2 ".to_owned(), ""),
        ("15 levels", levels(15), ""),
        ("16 levels", levels(16), "HierarchyLevelLimitExceededException"),
        ("an ARN of 1,011 characters", arn(1011), ""),
        ("an ARN of 1,012 characters", arn(1012), "ValidationException"),
        ("2,049 characters", "x".repeat(2049), "ValidationException"),
        ("empty", String::new(), "ValidationException"),
        ("a slash only", "/".to_owned(), "ValidationException"),
        ("an empty level", "/shop//plan".to_owned(), "ValidationException"),
        ("a slash last", "/shop/".to_owned(), "ValidationException"),
        ("a space within", "/shop/the plan".to_owned(), "ValidationException"),
        ("not ASCII", "/shop/plän".to_owned(), "ValidationException"),
        ("a path without its slash", "shop/plan".to_owned(), "ValidationException"),
        ("a version", "/shop/plan:3".to_owned(), "ValidationException"),
        ("reserved, bare", "AwsPlan".to_owned(), "ValidationException"),
        ("reserved, a path", "/AWS/plan".to_owned(), "AccessDeniedException"),
        ("reserved for SSM", "/Ssm/plan".to_owned(), "ValidationException"),
    ];
    for (name, parameter, expected) in rows {
        let answer = store().put(put(&parameter, "first")).await;
        match expected {
            "" => assert_eq!(answer, Ok(1), "{name}"),
            expected => assert_eq!(code(answer), expected, "{name}"),
        }
    }
}

#[tokio::test]
async fn values_and_descriptions_are_checked_as_parameter_store_checks_them() {
    let row = |value: &str| put(NAME, value);
    let described = |length: usize| Put { description: Some("ä".repeat(length)), ..row("x") };
    let rows = [
        ("4,096 bytes", row(&"x".repeat(MAX_VALUE_BYTES)), ""),
        ("4,097 bytes", row(&"x".repeat(MAX_VALUE_BYTES + 1)), "maximum parameter value of 4096"),
        (
            "4,098 bytes, 2,049 characters",
            row(&"ä".repeat(2049)),
            "maximum parameter value of 4096",
        ),
        ("empty", row(""), "length greater than or equal to 1"),
        ("JSON that ends in braces", row(r#"{"releases":{"a":{}}}"#), ""),
        ("another parameter", row("{{ssm:other}}"), "can't nest another parameter"),
        ("1,024 characters of description", described(1024), ""),
        ("1,025 characters of description", described(1025), "less than or equal to 1024"),
    ];
    for (name, put, expected) in rows {
        let answer = store().put(put).await;
        match expected {
            "" => assert_eq!(answer, Ok(1), "{name}"),
            expected => {
                let message = answer.unwrap_err().to_string();
                assert!(message.starts_with("ValidationException: "), "{name}: {message}");
                assert!(message.contains(expected), "{name}: {message}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_writes_at_once_are_a_hundred_versions() {
    let store = store();
    let writes = (0..100).map(|number| {
        let store = store.clone();
        tokio::spawn(async move { store.put(put(NAME, &number.to_string())).await.unwrap() })
    });
    let mut versions: Vec<u64> =
        join_all(writes).await.into_iter().map(|version| version.unwrap()).collect();
    versions.sort_unstable();
    assert_eq!(versions, (1..=100).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_last_hundred_versions_are_kept() {
    let store = store();
    for version in 1..=MAX_VERSIONS as u64 + 1 {
        assert_eq!(store.put(put(NAME, &version.to_string())).await, Ok(version));
    }
    assert_eq!(code(store.get("/shop/plan:1").await), "ParameterVersionNotFound");
    assert_eq!(store.get("/shop/plan:2").await.unwrap().value, "2");
    assert_eq!(pages(&store, None).await, (2..=101).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_labelled_version_is_never_removed() {
    let store = store();
    for version in 1..=MAX_VERSIONS as u64 {
        assert_eq!(store.put(put(NAME, "text")).await.unwrap(), version);
    }
    let labels = ["stable", "june", "7th", "AWS-own", "ssm", "a b"].map(ToOwned::to_owned);
    let (labelled, invalid) = store.label(NAME, Some(1), &labels).await.unwrap();
    assert_eq!((labelled, &*invalid), (1, &labels[2..]));
    let history = store.history(NAME, &Page::default()).await.unwrap();
    assert_eq!(history.parameters[0].labels, labels[..2]);
    let error = store.put(put(NAME, "text")).await.unwrap_err();
    assert!(error.to_string().starts_with("ParameterMaxVersionLimitExceeded: "), "{error}");

    assert_eq!(store.label(NAME, None, &labels[..1]).await.unwrap().0, 100, "the label moves");
    assert_eq!(store.get("/shop/plan:stable").await.unwrap().version, 100);
    assert!(store.put(put(NAME, "text")).await.is_err(), "another label is still there");
    store.label(NAME, None, &labels[1..2]).await.unwrap();
    assert_eq!(store.put(put(NAME, "text")).await.unwrap(), 101);
    let error = store.label(NAME, Some(1), &labels[..1]).await.unwrap_err();
    assert!(error.to_string().contains("could not find version 1 of"), "{error}");
}

#[tokio::test]
async fn page_sizes_and_tokens_are_checked() {
    let store = store();
    store.put(put(NAME, "first")).await.unwrap();
    let page = |max_results, next_token: Option<&str>| Page {
        max_results,
        next_token: next_token.map(str::to_owned),
    };
    let rows = [
        ("none", page(Some(0), None), "ValidationException"),
        ("51", page(Some(MAX_RESULTS + 1), None), "ValidationException"),
        ("an unknown token", page(None, Some("x")), "InvalidNextToken"),
    ];
    for (name, page, expected) in rows {
        assert_eq!(code(store.history(NAME, &page).await), expected, "{name}");
    }
    let versioned = store.history("/shop/plan:1", &Page::default()).await;
    assert_eq!(code(versioned), "ValidationException");
}

#[tokio::test]
async fn a_watcher_sees_the_writes_of_every_region_and_nothing_else() {
    let store = store();
    let mut writes = store.writes();
    assert!(store.put(put("", "")).await.is_err());
    assert!(store.get(NAME).await.is_err());
    assert!(!writes.has_changed().unwrap());
    store.in_region("eu-west-1").put(put(NAME, "first")).await.unwrap();
    assert!(writes.has_changed().unwrap());
    assert_eq!(*writes.borrow_and_update(), 1);
}

/// All versions, page by page.
async fn pages(store: &ParameterStore, max_results: Option<usize>) -> Vec<u64> {
    let (mut versions, mut next_token) = (Vec::new(), None);
    loop {
        let page = store.history(NAME, &Page { max_results, next_token }).await.unwrap();
        assert!(page.parameters.len() <= max_results.unwrap_or(MAX_RESULTS));
        versions.extend(page.parameters.iter().map(|one| one.version));
        match page.next_token {
            Some(token) => next_token = Some(token),
            None => return versions,
        }
    }
}

proptest! {
    #[test]
    fn pages_of_any_size_are_the_whole_history(written in 1_u64..=120, size in 1_usize..=50) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let versions = runtime.block_on(async {
            let store = store();
            for version in 1..=written {
                store.put(put(NAME, &version.to_string())).await.unwrap();
            }
            pages(&store, Some(size)).await
        });
        let first = written.saturating_sub(MAX_VERSIONS as u64) + 1;
        prop_assert_eq!(versions, (first..=written).collect::<Vec<_>>());
    }
}
