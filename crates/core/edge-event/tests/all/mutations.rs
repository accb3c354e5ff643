//! For any input: no panic, and no part of an event that was read is lost.

use edge_event::{Event, Outcome, check};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{full, full_s3, pointers};

/// Any JSON, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(any_name(), inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

/// Field names that mean something in some part of an event.
const KNOWN: &[&str] =
    &["key", "value", "custom", "s3", "status", "headers", "Records", "cf", "domainName"];

/// A field name, often a known one.
fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![prop::sample::select(KNOWN).prop_map(String::from), any::<String>()]
}

/// A documented event with one value replaced, added or removed.
fn mutated() -> impl Strategy<Value = Value> {
    let base = prop_oneof![Just(full()), Just(full_s3())];
    let places = (any::<prop::sample::Index>(), any_name(), prop::option::of(any_json()));
    (base, places).prop_map(|(mut document, (place, name, value))| {
        let all = pointers(&document, "");
        let place: &String = place.get(&all);
        let target = document.pointer_mut(place).expect("a place of the document");
        match (target, value) {
            (Value::Object(map), Some(value)) => drop(map.insert(name, value)),
            (target, Some(value)) => *target = value,
            (Value::Object(map), None) => map.clear(),
            (target, None) => drop(target.take()),
        }
        document
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
        let _ = Event::from_slice(&bytes);
        let _ = Outcome::from_slice(&bytes);
    }

    #[test]
    fn any_json_is_read_or_refused(document in any_json()) {
        let text = document.to_string();
        let _ = Event::from_json(&text);
        let _ = Outcome::from_slice(text.as_bytes());
    }

    #[test]
    fn an_event_that_was_read_comes_back_equal(document in mutated()) {
        if let Ok(event) = Event::from_json(&document.to_string()) {
            prop_assert_eq!(event.to_value(), document);
        }
    }

    #[test]
    fn an_event_may_pass_through(document in mutated()) {
        if let Ok(event) = Event::from_json(&document.to_string())
            && event.trigger().is_request() == event.response.is_none()
        {
            prop_assert_eq!(check(&event, &event.passthrough()), []);
        }
    }
}
