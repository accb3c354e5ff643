//! Events for the tests: in code, and from `tests/events`.

use std::fs;
use std::path::Path;

use edge_event::{Event, Origin, Request, Response, Trigger};
use serde_json::{Value, json};

/// The name and the JSON of each event of a trigger, from the files of `tests/events`.
pub(crate) fn event_files(trigger: Trigger) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events").join(trigger.as_str());
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut events: Vec<_> = files
        .map(|file| {
            let path = file.expect("a readable folder").path();
            let json = fs::read_to_string(&path).expect("a readable file");
            (path.display().to_string(), json)
        })
        .collect();
    events.sort();
    assert!(!events.is_empty(), "no events in {folder:?}");
    events
}

/// An event of `trigger` with a request and, for response triggers, a response.
pub(crate) fn event(trigger: Trigger) -> Event {
    let request = Request::get("/index.html?a=b")
        .client_ip("203.0.113.178")
        .header("Host", "example.org")
        .header("Accept", "*/*")
        .header("Via", "2.0 edge");
    let to_origin = || request.clone().origin(Origin::custom("alb.example.org"));
    let response = Response::status(200).header("Content-Type", "text/html").header("Via", "1.1 o");
    match trigger {
        Trigger::ViewerRequest => Event::viewer_request(request),
        Trigger::OriginRequest => Event::origin_request(to_origin()),
        Trigger::OriginResponse => Event::origin_response(to_origin(), response),
        Trigger::ViewerResponse => Event::viewer_response(request, response),
    }
}

/// An event with every documented field.
pub(crate) fn full() -> Value {
    let custom_headers = json!({"x-a": [{"key": "X-A", "value": "b"}]});
    json!({"Records": [{"cf": {
        "config": {
            "distributionDomainName": "d111111abcdef8.cloudfront.net",
            "distributionId": "EDFDVBD6EXAMPLE",
            "eventType": "origin-response",
            "requestId": "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ=="
        },
        "request": {
            "clientIp": "2001:db8::7334",
            "method": "POST",
            "uri": "/picture.jpg",
            "querystring": "size=large",
            "headers": {
                "cookie": [{"key": "Cookie", "value": "a=1"}, {"value": "b=2"}],
                "accept": []
            },
            "body": {
                "inputTruncated": false, "action": "read-only", "encoding": "base64", "data": "YQ=="
            },
            "origin": {"custom": {
                "customHeaders": custom_headers,
                "domainName": "alb.example.org",
                "path": "",
                "port": 443,
                "protocol": "https",
                "readTimeout": 30,
                "keepaliveTimeout": 5,
                "responseCompletionTimeout": 0,
                "sslProtocols": ["TLSv1.2"]
            }}
        },
        "response": {
            "status": "200",
            "statusDescription": "",
            "headers": {},
            "body": "",
            "bodyEncoding": "text"
        }
    }}]})
}

/// `full` with an S3 origin.
pub(crate) fn full_s3() -> Value {
    let mut event = full();
    let origin = event.pointer_mut("/Records/0/cf/request/origin").expect("an origin");
    *origin = json!({"s3": {
        "authMethod": "origin-access-identity",
        "customHeaders": {},
        "domainName": "b.s3.eu-west-1.amazonaws.com",
        "path": "/p",
        "region": "eu-west-1",
        "readTimeout": 30,
        "responseCompletionTimeout": 60
    }});
    event
}

/// The JSON pointer of every value in a document, starting with the whole document.
pub(crate) fn pointers(value: &Value, here: &str) -> Vec<String> {
    let below = |name: &str, value| pointers(value, &format!("{here}/{name}"));
    let mut all = vec![here.to_owned()];
    match value {
        Value::Object(map) => all.extend(map.iter().flat_map(|(name, value)| below(name, value))),
        Value::Array(list) => {
            all.extend(list.iter().enumerate().flat_map(|(i, value)| below(&i.to_string(), value)));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
    all
}
