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

/// A viewer's request with a stamp of its own.
fn forged(cookie: usize) -> Value {
    let request = Request::get("/cart")
        .header("Host", "shop.example.com")
        .header("x-bluegreen-release", "evil")
        .header("X-BlueGreen-Reason", "evil")
        .header("X-Bluegreen-Not-Found", "evil")
        .header("Cookie", "c".repeat(cookie));
    Event::viewer_request(request).to_value()
}

/// What viewer-request does at first, before it fails or grows the request.
async fn strips_and_stamps(mut event: Event) -> Handled {
    event.request.headers.retain(|name| !name.starts_with("x-bluegreen-"));
    event.request.headers.set("x-bluegreen-release", "9f2c1e7.r12-1");
    Handled { outcome: event.passthrough(), note: Note::default() }
}

#[tokio::test]
async fn a_viewers_own_stamp_goes_nowhere_however_a_function_fails() {
    let mut unreadable = forged(1);
    unreadable["Records"][0]["cf"]["request"]["uri"] = json!(7);
    let mut unknown_trigger = forged(1);
    unknown_trigger["Records"][0]["cf"]["config"]["eventType"] = json!("viewer-later");
    let mut without_config = forged(1);
    without_config["Records"][0]["cf"].as_object_mut().unwrap().remove("config");
    let table = [
        ("a panic", forged(1)),
        ("an unreadable event", unreadable),
        ("an unknown trigger", unknown_trigger),
        ("no configuration of the event", without_config),
    ];
    for (name, document) in table {
        let mut expected = document["Records"][0]["cf"]["request"].clone();
        expected["headers"].as_object_mut().unwrap().retain(|name, _| !name.starts_with("x-blue"));
        let reply = reply(&document, panics).await.unwrap();
        assert_eq!(reply, expected, "{name}");
        assert!(!reply.to_string().contains("evil"), "{name}");
    }
}

/// CloudFront's limit, byte by byte: below it our stamp passes, above it no stamp does.
#[tokio::test]
async fn no_size_of_a_request_lets_a_viewers_stamp_through() {
    const LIMIT: usize = 32_768;
    let (mut stamped, mut bare) = (0, 0);
    for cookie in LIMIT - 160..LIMIT + 20 {
        let reply = reply(&forged(cookie), strips_and_stamps).await.unwrap();
        match reply["headers"].get("x-bluegreen-release").map(|stamp| &stamp[0]["value"]) {
            Some(stamp) => {
                assert_eq!(stamp, "9f2c1e7.r12-1", "{cookie}");
                stamped += 1;
            }
            None => bare += 1,
        }
        assert!(!reply.to_string().contains("evil"), "{cookie}");
    }
    assert!(stamped > 0 && bare > 0, "{stamped} {bare}");
}

/// What our own functions have stamped stays, where a later one fails.
#[tokio::test]
async fn our_own_stamps_stay_where_an_origin_trigger_fails() {
    let stamped = Request::get("/").header("x-bluegreen-release", "9f2c1e7.r12-1");
    let answer = Response::status(200).header("Content-Type", "text/html");
    let table = [
        ("request", Event::origin_request(stamped.clone()).to_value()),
        ("response", Event::origin_response(stamped, answer).to_value()),
    ];
    for (kind, document) in table {
        let expected = &document["Records"][0]["cf"][kind];
        assert_eq!(&reply(&document, panics).await.unwrap(), expected, "{kind}");
    }
}
