//! Functions behind an Invoke API.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use cloudfront_sim::{EdgeLocation, Function, FunctionError, FunctionHost};
use edge_event::Trigger;
use lambda_sim::InvokeApi;
use tokio::net::TcpListener;
use url::Url;

const SHORT: Duration = Duration::from_secs(1);

/// The function's name says what to answer.
async fn answer(Path(name): Path<String>, event: Bytes) -> Response {
    let failed = [("x-amz-function-error", "Unhandled")];
    match name.as_str() {
        "echo" => event.into_response(),
        "failing" => {
            let document = r#"{"errorType":"NoStock","errorMessage":"out of stock"}"#;
            (failed, document).into_response()
        }
        "panicking" => (failed, "no document").into_response(),
        "throttled" => StatusCode::TOO_MANY_REQUESTS.into_response(),
        "hanging" => pending().await,
        _ => (StatusCode::NOT_FOUND, "no such function").into_response(),
    }
}

async fn serve() -> Url {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let endpoint = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let path = "/2015-03-31/functions/{name}/invocations";
    let router = Router::new().route(path, post(answer));
    tokio::spawn(async { axum::serve(listener, router).await });
    endpoint
}

fn function(endpoint: &Url, name: &str) -> Arc<dyn Function> {
    let names = BTreeMap::from([(Trigger::OriginRequest, name.to_owned())]);
    let host = InvokeApi::with_timeout(endpoint, names, SHORT).unwrap();
    host.function(&EdgeLocation("FRA56-P4".to_owned()), Trigger::OriginRequest).unwrap()
}

fn failed(message: impl Into<String>) -> Result<Bytes, FunctionError> {
    Err(FunctionError::Failed(message.into()))
}

#[tokio::test]
async fn answer_of_the_invoke_api_becomes_the_result() {
    let endpoint = serve().await;
    let url = format!("{endpoint}2015-03-31/functions/forgotten/invocations");
    let rows = [
        ("echo", Ok(Bytes::from_static(br#"{ "Records": [] }"#))),
        ("failing", failed("NoStock: out of stock")),
        ("panicking", failed("Runtime.Unknown: no document")),
        ("throttled", Err(FunctionError::Throttled)),
        ("hanging", Err(FunctionError::TimedOut(SHORT))),
        ("forgotten", failed(format!("`{url}` answered 404 Not Found: no such function"))),
    ];
    for (name, expected) in rows {
        let event = Bytes::from_static(br#"{ "Records": [] }"#);
        assert_eq!(function(&endpoint, name).invoke(event).await, expected, "{name}");
    }
}

#[tokio::test]
async fn unreachable_api_is_an_error_with_its_address_and_a_repair() {
    let free = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
    let endpoint = Url::parse(&format!("http://{free}")).unwrap();
    let result = function(&endpoint, "echo").invoke(Bytes::new()).await;
    assert_eq!(
        result,
        failed(format!("nothing listens at `http://{free}/`: start `cargo lambda watch`"))
    );
}

#[test]
fn trigger_without_a_name_has_no_function() {
    let endpoint = Url::parse("http://127.0.0.1:9000").unwrap();
    let host = InvokeApi::new(&endpoint, BTreeMap::new()).unwrap();
    for trigger in Trigger::ALL {
        assert!(host.function(&EdgeLocation("FRA56-P4".to_owned()), trigger).is_none());
    }
}

#[test]
fn address_of_another_scheme_is_refused() {
    for address in ["https://127.0.0.1:9000/", "ftp://127.0.0.1/"] {
        let refused = InvokeApi::new(&Url::parse(address).unwrap(), BTreeMap::new()).unwrap_err();
        let expected = format!(
            "invalid address `{address}` of an Invoke API: expected `http://`, a host and perhaps a port"
        );
        assert_eq!(refused.to_string(), expected);
    }
}
