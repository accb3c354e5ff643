//! S3, which names the right Region to whoever asks another one.

use axum::Router;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use edgeswitch::{AwsErrorKind, Cloud};
use tokio::net::TcpListener;

use crate::control::world::account;

const REGION: &str = "eu-central-1";
const THERE: &str = "/shop/41ab03d/index.html";

/// S3 as page `Redirects` of its guide has it, for a bucket that has one object.
async fn answer(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    assert_eq!(method, Method::HEAD);
    let credential = headers["authorization"].to_str().unwrap();
    if uri.path().starts_with("/secret/") {
        StatusCode::FORBIDDEN.into_response()
    } else if !credential.contains(&format!("/{REGION}/s3/")) {
        (StatusCode::MOVED_PERMANENTLY, [("x-amz-bucket-region", REGION)]).into_response()
    } else if uri.path() == THERE {
        StatusCode::OK.into_response()
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

#[tokio::test]
async fn an_object_is_found_in_whatever_region_its_bucket_is() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().fallback(answer)).into_future());
    let account = account(&url, "alice").await;
    let shop = account.bucket("shop");
    for (key, there) in [("41ab03d/index.html", true), ("9f2c1e7/index.html", false)] {
        assert_eq!(shop.has(key).await, Ok(there), "{key}");
    }
    let error = account.bucket("secret").has("41ab03d/index.html").await.unwrap_err();
    assert_eq!(error.kind, AwsErrorKind::Denied);
    assert_eq!(error.doing, "look for `41ab03d/index.html` in bucket `secret`");
}
