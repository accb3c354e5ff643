//! Parameter Store with a label on the oldest of 100 versions.

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use edgeswitch::{AwsErrorKind, Cloud, Failure};
use tokio::net::TcpListener;

use crate::control::world::{HOME, NAME, account};

/// Refuses a write as the page of `PutParameter` says.
async fn answer(headers: HeaderMap) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    if target.ends_with(".PutParameter") {
        let code = r#"{"__type":"ParameterMaxVersionLimitExceeded","message":"too many versions"}"#;
        return (StatusCode::BAD_REQUEST, code).into_response();
    }
    assert!(target.ends_with(".GetParameterHistory"), "{target}");
    r#"{"Parameters":[{"Version":7,"Value":"41ab03d","Labels":["stable","june"]}]}"#.into_response()
}

#[tokio::test]
async fn a_write_that_a_label_blocks_names_the_label_and_the_command_that_moves_it() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().fallback(answer)).into_future());
    let account = account(&url, "alice").await;
    let error = account.parameter(NAME, HOME).write("41ab03d").await.unwrap_err();
    assert_eq!(error.kind, AwsErrorKind::Labelled);
    let expected = "write `/shop/plan` in `eu-central-1`: AWS keeps 100 versions, and the oldest one, 7, has the \
                    label `stable`: `aws ssm label-parameter-version --name /shop/plan --labels stable --region \
                    eu-central-1` moves it";
    assert_eq!(error.to_string(), expected);
    let hint = "move the label to a newer version, then repeat the command";
    assert_eq!(error.advice().hint.as_deref(), Some(hint));
}
