//! If a handler fails, the event's own request or response goes back unchanged.

use edge_event::{Event, Outcome, Request, Response};
use lambda_host::{Handled, Note, fail_open};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

async fn passes(event: Event) -> Handled {
    Handled { outcome: event.passthrough(), note: Note::default() }
}

async fn panics(_: Event) -> Handled {
    panic!("a defect of ours")
}

async fn reply<H: AsyncFnOnce(Event) -> Handled>(
    document: &Value,
    handler: H,
) -> Result<Value, String> {
    let payload: Box<RawValue> = to_raw_value(document).unwrap();
    let reply = fail_open(&payload, handler).await.map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(reply).unwrap())
}

fn request() -> Value {
    let event = Event::viewer_request(Request::get("/cart?a=1").header("Host", "shop.example.com"));
    let mut document = event.to_value();
    document["Records"][0]["cf"]["request"]["future"] = json!([1, null, {"b": 2.5}]);
    document
}

fn response() -> Value {
    let response = Response::status(200).header("Content-Type", "text/html");
    Event::origin_response(Request::get("/"), response).to_value()
}

#[tokio::test]
async fn a_handler_s_own_result_goes_back() {
    let teapot = async |_: Event| Handled {
        outcome: Outcome::from(Response::status(418)),
        note: Note::default(),
    };
    assert_eq!(reply(&request(), teapot).await.unwrap()["status"], "418");
    let cf = &request()["Records"][0]["cf"];
    assert_eq!(reply(&request(), passes).await.unwrap(), cf["request"]);
}

#[tokio::test]
async fn a_panic_passes_the_request_or_response_on_untouched() {
    let table = [("request", request()), ("response", response())];
    for (kind, document) in table {
        let cf = &document["Records"][0]["cf"];
        assert_eq!(reply(&document, panics).await.unwrap(), cf[kind], "{kind}");
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_passed_on_if_there_is_something_to_pass_on() {
    let mut odd = request();
    odd["Records"][0]["cf"]["request"]["uri"] = json!(7);
    let cf = &odd["Records"][0]["cf"];
    assert_eq!(reply(&odd, panics).await.unwrap(), cf["request"]);
}

#[tokio::test]
async fn a_payload_that_is_not_an_event_is_an_error() {
    let table = [
        ("an object", json!({}), "missing field `Records`"),
        ("another service's", json!({"Records": [{"s3": {}}]}), "missing field `cf`"),
        ("no records", json!({"Records": []}), "Records"),
        ("a text", json!("hello"), "expected"),
    ];
    for (name, document, part) in table {
        let message = reply(&document, passes).await.unwrap_err();
        let starts = message
            .starts_with("this is not a CloudFront event, and nothing in it can be passed on: ");
        assert!(starts && message.contains(part), "{name}: {message}");
    }
}

#[tokio::test]
async fn a_result_that_our_additions_make_too_large_is_not_returned() {
    let stamps = async |mut event: Event| {
        event.request.headers.set("x-bluegreen-release", "9f2c1e7.r12-1");
        event.request.uri = "/index.html".into();
        Handled { outcome: event.passthrough(), note: Note::default() }
    };
    let table = [
        ("headers", Request::get("/").header("Cookie", "c".repeat(32_740))),
        ("path and query", Request::get(&format!("/?{}", "q".repeat(8_185)))),
    ];
    for (name, request) in table {
        let document = Event::viewer_request(request).to_value();
        let untouched = &document["Records"][0]["cf"]["request"];
        assert_eq!(&reply(&document, stamps).await.unwrap(), untouched, "{name}");
    }
}
