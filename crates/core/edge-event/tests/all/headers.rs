//! Look-ups and changes of headers.

use edge_event::{Headers, Request};
use serde_json::json;

fn headers() -> Headers {
    Headers::from_iter([("Host", "example.org"), ("Cookie", "a=1"), ("Accept", "*/*")])
}

fn as_json(headers: &Headers) -> String {
    serde_json::to_string(headers).expect("headers are JSON")
}

#[test]
fn look_ups_ignore_case_and_keep_the_order_of_values() {
    let mut headers = headers();
    headers.append("COOKIE", "b=2");
    assert_eq!(headers.get("cookie"), Some("a=1"));
    assert_eq!(headers.values("Cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert!(headers.contains("HOST"));
    assert_eq!((headers.get("via"), headers.contains("via")), (None, false));
}

#[test]
fn a_name_that_is_not_lower_case_is_found_and_replaced() {
    let mut headers: Headers =
        serde_json::from_value(json!({"A": [{"value": "1"}], "a": [{"value": "2"}], "b": []}))
            .expect("headers");
    assert_eq!(headers.values("a").collect::<Vec<_>>(), ["1", "2"]);
    headers.set("a", "3");
    assert_eq!(as_json(&headers), r#"{"a":[{"key":"a","value":"3"}],"b":[]}"#);
}

#[test]
fn set_replaces_every_value_in_place_and_takes_the_casing_given() {
    let mut headers = headers();
    headers.append("cookie", "b=2");
    headers.set("cooKie", "c=3");
    assert_eq!(
        headers.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        ["host", "cookie", "accept"]
    );
    let (_, values) = headers.iter().nth(1).expect("three headers");
    let keys: Vec<_> = values.iter().map(|v| (v.key.as_deref(), v.value.as_str())).collect();
    assert_eq!(keys, [(Some("cooKie"), "c=3")]);
}

#[test]
fn remove_says_whether_the_header_was_there() {
    let mut headers = headers();
    assert!(headers.remove("ACCEPT"));
    assert!(!headers.remove("ACCEPT"));
    headers.retain(|name| name != "host");
    assert_eq!(headers, Headers::from_iter([("Cookie", "a=1")]));
}

#[test]
fn no_header_map_is_not_an_empty_one() {
    let mut request = Request::get("/");
    request.headers = Headers::default();
    let absent = serde_json::to_value(&request).expect("JSON");
    assert_eq!(absent.get("headers"), None);
    assert!(!request.headers.remove("host"));
    assert!(request.headers.is_absent() && request.headers.is_empty());
    request.headers = Headers::new();
    let empty = serde_json::to_value(&request).expect("JSON");
    assert_eq!(empty.get("headers"), Some(&json!({})));
}
