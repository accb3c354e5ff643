//! The versions that a release can run on, and that the edge does not care.

use plan_format::{StateName, Versions};
use serde_json::json;

use crate::{good, read};

#[test]
fn versions_are_read_and_written() {
    for (text, shown, value, inside, outside) in [
        ("3..5", "3..5", json!([3, 5]), vec![3, 4, 5], vec![2, 6]),
        ("4", "4", json!([4, 4]), vec![4], vec![3, 5]),
        ("3..", "3..", json!([3, null]), vec![3, u64::MAX], vec![2]),
        ("..5", "0..5", json!([0, 5]), vec![0, 5], vec![6]),
        (
            " 20261122..20261130 ",
            "20261122..20261130",
            json!([20261122, 20261130]),
            vec![],
            vec![3],
        ),
    ] {
        let versions = Versions::parse(text).unwrap();
        assert_eq!(versions.to_string(), shown, "{text}");
        assert_eq!(json!(versions), value, "{text}");
        assert_eq!(serde_json::from_value::<Versions>(value).unwrap(), versions, "{text}");
        assert!(inside.into_iter().all(|version| versions.contains(version)), "{text}");
        assert!(!outside.into_iter().any(|version| versions.contains(version)), "{text}");
    }
}

#[test]
fn a_text_that_is_no_range_is_named() {
    for text in
        ["", "..", "5..3", "a", "3-5", "3...5", "-1", "+3", "3..5..7", "18446744073709551616"]
    {
        let error = Versions::parse(text).expect_err(text).to_string();
        assert_eq!(
            error,
            format!(
                "`{text}` is not a range of versions: allowed are for example `3..5`, `4` and `3..`"
            )
        );
    }
    for value in
        [json!([5, 3]), json!([3]), json!(3), json!("3..5"), json!([3, 4, 5]), json!([-1, 2])]
    {
        assert!(serde_json::from_value::<Versions>(value.clone()).is_err(), "{value}");
    }
}

#[test]
fn overlaps_are_found() {
    for (one, two, both) in [
        ("3..5", "4..7", Some("4..5")),
        ("3..5", "5..", Some("5")),
        ("3..", "7..", Some("7..")),
        ("3..4", "5..6", None),
    ] {
        let [one, two] = [one, two].map(|text| Versions::parse(text).unwrap());
        let both = both.map(|text| Versions::parse(text).unwrap());
        assert_eq!((one.and(two), two.and(one)), (both, both), "{one} {two}");
    }
}

#[test]
fn names_are_words() {
    for name in ["orders-db", "a", "Orders_API.v2", &"n".repeat(64)] {
        assert_eq!(StateName::parse(name).unwrap().as_str(), name);
    }
    for name in ["", "-db", "orders db", "orders=db", "\u{e9}", &"n".repeat(65)] {
        assert!(StateName::parse(name).is_err(), "{name}");
    }
}

/// A value that somebody wrote wrongly by hand never makes a plan invalid at the edge.
#[test]
fn the_edge_reads_no_state_and_no_needs() {
    let shared = r#""releases":{"a":{"prefix":"/releases/a"NEEDS}},"rollout":"r","stages":[{"from":"2026-11-22T09:00:00Z","weights":[["a",1]]}]"#;
    let plain = format!("{{\"schema\":1,{}}}", shared.replace("NEEDS", ""));
    let plain = read(&plain).unwrap();
    for (state, needs) in [
        (r#"{"orders-db":4}"#, r#"{"orders-db":[3,5]}"#),
        (r#"{"orders-db":"four"}"#, r#"{"orders-db":"3..5"}"#),
        ("7", "null"),
    ] {
        let needs = format!(",\"needs\":{needs}");
        let text =
            format!("{{\"schema\":1,\"state\":{state},{}}}", shared.replace("NEEDS", &needs));
        assert_eq!(read(&text).as_ref(), Ok(&plain), "{text}");
    }
    assert_eq!(good("state.json").releases().len(), 3);
}
