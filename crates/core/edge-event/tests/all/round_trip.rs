//! An event comes back as equal JSON, or is an error that names the place.

use edge_event::{Event, Origin, Outcome, Request, Response, Trigger, check};
use serde_json::{Value, json};

use crate::support::{full, full_s3, pointers};

fn read(document: &Value) -> Event {
    Event::from_json(&document.to_string()).expect("an event")
}

#[test]
fn every_documented_field_comes_back() {
    for document in [full(), full_s3()] {
        let event = read(&document);
        assert_eq!(event.to_value(), document);
        assert!(event.request.extra.is_empty() && event.extra.is_empty(), "{event:?}");
        assert_eq!(check(&event, &event.passthrough()), []);
    }
}

#[test]
fn an_unknown_field_survives_at_every_level() {
    for base in [full(), full_s3()] {
        for pointer in pointers(&base, "") {
            let mut document = base.clone();
            let unknown = json!({"a": [1.5e-7, null, 18_446_744_073_709_551_615_u64]});
            let is_header_map = pointer.to_lowercase().ends_with("headers");
            match document.pointer_mut(&pointer) {
                Some(Value::Object(map)) if !is_header_map => map.insert("new".into(), unknown),
                _ => continue,
            };
            assert_eq!(read(&document).to_value(), document, "{pointer}");
        }
    }
}

#[test]
fn an_absent_field_comes_back_absent() {
    let required = ["Records", "cf", "config", "method", "uri", "domainName", "status", "value"];
    for base in [full(), full_s3()] {
        for pointer in pointers(&base, "") {
            let Some((parent, name)) = pointer.rsplit_once('/') else { continue };
            let mut document = base.clone();
            let Some(Value::Object(map)) = document.pointer_mut(parent) else { continue };
            map.remove(name);
            let is_kind = ["custom", "s3"].contains(&name);
            match Event::from_json(&document.to_string()) {
                Ok(event) => assert_eq!(event.to_value(), document, "{pointer}"),
                Err(error) => assert!(required.contains(&name) || is_kind, "{pointer}: {error}"),
            }
        }
    }
}

#[test]
fn order_and_casing_of_headers_are_kept() {
    let headers = r#"{"b":[{"key":"B","value":"1"}],"a":[{"key":"a","value":"2"}],"C":[]}"#;
    let request = format!(r#"{{"method":"GET","uri":"/","headers":{headers}}}"#);
    let outcome = Outcome::from_slice(request.as_bytes()).expect("a request");
    assert_eq!(serde_json::to_string(&outcome).expect("JSON"), request);
}

#[test]
fn the_trigger_is_the_events_own_or_shown_by_its_shape() {
    let origin = || Request::get("/").origin(Origin::s3("b.s3.eu-west-1.amazonaws.com"));
    for (event, trigger) in [
        (Event::viewer_request(Request::get("/")), Trigger::ViewerRequest),
        (Event::origin_request(origin()), Trigger::OriginRequest),
        (Event::origin_response(origin(), Response::status(200)), Trigger::OriginResponse),
        (Event::viewer_response(Request::get("/"), Response::status(200)), Trigger::ViewerResponse),
    ] {
        assert_eq!(event.trigger(), trigger);
        let mut shape = event;
        shape.config.event_type = None;
        assert_eq!(shape.trigger(), trigger, "by its shape");
        shape.config.event_type = Some(Trigger::OriginRequest);
        assert_eq!(shape.trigger(), Trigger::OriginRequest, "its own wins");
    }
}

#[test]
fn errors_name_the_place() {
    for (name, pointer, value, path, reason) in [
        (
            "a number as path",
            "/request/uri",
            json!(3),
            "request.uri",
            "invalid type: integer `3`, expected a string",
        ),
        (
            "a number as status",
            "/response/status",
            json!(200),
            "response.status",
            "invalid type: integer `200`, expected a string",
        ),
        (
            "a null",
            "/request/querystring",
            json!(null),
            "request.querystring",
            "invalid type: null, expected a string",
        ),
        (
            "an empty address",
            "/request/clientIp",
            json!(""),
            "request.clientIp",
            "invalid value: string \"\", expected a non-empty string",
        ),
        (
            "a header without a value",
            "/request/headers/accept",
            json!([{}]),
            "request.headers.accept[0]",
            "missing field `value`",
        ),
        (
            "a port too high",
            "/request/origin/custom/port",
            json!(65_536),
            "request.origin.custom.port",
            "invalid value: integer `65536`, expected u16",
        ),
        (
            "two origins",
            "/request/origin",
            json!({"custom": {"domainName": "a"}, "s3": {"domainName": "b"}}),
            "request.origin",
            "both `custom` and `s3`, expected exactly one",
        ),
        (
            "no origin in an origin",
            "/request/origin",
            json!({}),
            "request.origin",
            "neither `custom` nor `s3`, expected exactly one",
        ),
        (
            "an unknown trigger",
            "/config/eventType",
            json!("tail"),
            "config.eventType",
            "unknown variant `tail`, expected one of `viewer-request`, `origin-request`, \
             `origin-response`, `viewer-response`",
        ),
    ] {
        let mut document = full();
        let pointer = format!("/Records/0/cf{pointer}");
        *document.pointer_mut(&pointer).expect("a field") = value;
        let found = Event::from_json(&document.to_string()).expect_err(name);
        assert_eq!(found.to_string(), format!("event: `Records[0].cf.{path}`: {reason}"), "{name}");
    }
}

#[test]
fn errors_about_the_whole_document_say_what_it_lacks() {
    for (text, error) in [
        ("{}", "event: missing field `Records`"),
        (r#"{"Records": []}"#, "event: `Records`: invalid length 0, expected an array of length 1"),
        ("{", "event: EOF while parsing an object at line 1 column 1"),
        ("", "event: EOF while parsing a value at line 1 column 0"),
    ] {
        let found = Event::from_json(text).expect_err(text);
        assert_eq!(found.to_string(), error, "{text}");
    }
    let records = full().pointer("/Records/0").cloned();
    let twice = json!({"Records": [records, records]}).to_string();
    let found = Event::from_json(&twice).expect_err("two records");
    let expected = "event: `Records`: invalid length 2, expected fewer elements in array";
    assert_eq!(found.to_string(), expected);
}

#[test]
fn a_result_is_a_request_or_a_response() {
    let request = Outcome::from_slice(br#"{"method": "GET", "uri": "/"}"#).expect("a request");
    assert!(matches!(request, Outcome::Request(_)), "{request:?}");
    let response = Outcome::from_slice(br#"{"status": "204"}"#).expect("a response");
    let mut expected = Response::default();
    expected.status = "204".into();
    assert_eq!(response, Outcome::from(expected));
    let error = Outcome::from_slice(br#"{"status": 204}"#).expect_err("a number as status");
    let expected = "result: `status`: invalid type: integer `204`, expected a string";
    assert_eq!(error.to_string(), expected);
}
