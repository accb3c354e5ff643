//! A custom origin, requested over a real connection. Its response comes back unchanged.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request as Incoming;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::any;
use bytes::Bytes;
use cloudfront_sim::{HttpOrigin, Network, OriginError, OriginServer};
use edge_event::Origin;
use http::{Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Starts a server and returns its base URL.
async fn start(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

/// Starts a server that answers every connection with these bytes, then sends nothing more.
async fn start_raw(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = [0; 1024];
            let _ = connection.read(&mut request).await;
            let _ = connection.write_all(answer.as_bytes()).await;
            open.push(connection);
        }
    });
    format!("http://{address}")
}

async fn ask(base_url: &str, request: Request<Bytes>) -> Result<Response<Bytes>, OriginError> {
    let origin = HttpOrigin::parse(base_url).unwrap().wait_at_most(Duration::from_secs(2));
    origin.serve(request, &Origin::custom("api.example.com")).await
}

fn get(path: &str) -> Request<Bytes> {
    Request::builder().uri(path).header("host", "shop.example.com").body(Bytes::new()).unwrap()
}

async fn echo(request: Incoming) -> String {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let body = String::from_utf8_lossy(&body);
    format!("{} {} {:?} {:?} {body}", head.method, head.uri, head.version, head.headers)
}

#[tokio::test]
async fn the_server_sees_the_request_as_it_was_given() {
    let server = start(Router::new().fallback(echo)).await;
    for (name, request, seen) in [
        (
            "the viewer's host, not the server's address",
            get("/"),
            r#"GET / HTTP/1.1 {"host": "shop.example.com"} "#,
        ),
        (
            "a path and query byte for byte",
            get("/a//b/../%7Euser/%2e%2E/?q=a%20b&q="),
            r#"GET /a//b/../%7Euser/%2e%2E/?q=a%20b&q= HTTP/1.1 {"host": "shop.example.com"} "#,
        ),
        (
            "a body with its length",
            Request::post("/orders").header("host", "h").body(Bytes::from("12")).unwrap(),
            r#"POST /orders HTTP/1.1 {"host": "h", "content-length": "2"} 12"#,
        ),
        (
            "nothing that belongs to the viewer's connection",
            Request::get("/")
                .header("host", "h")
                .header("connection", "keep-alive, x-mine")
                .header("x-mine", "1")
                .header("te", "trailers")
                .header("upgrade", "websocket")
                .header("transfer-encoding", "chunked")
                .header("x-other", "2")
                .body(Bytes::new())
                .unwrap(),
            r#"GET / HTTP/1.1 {"host": "h", "x-other": "2"} "#,
        ),
    ] {
        let response = ask(&server, request).await.unwrap();
        assert_eq!(String::from_utf8_lossy(response.body()), seen, "{name}");
    }
}

#[tokio::test]
async fn the_answer_comes_back_as_it_is() {
    let moved = || async { (StatusCode::FOUND, [("location", "/there")]).into_response() };
    let zipped = || async { ([("content-encoding", "gzip")], "no gzip at all").into_response() };
    let app = Router::new().route("/moved", any(moved)).route("/zipped", any(zipped));
    let server = start(app).await;

    let moved = ask(&server, get("/moved")).await.unwrap();
    assert_eq!(
        (moved.status(), &moved.headers()["location"]),
        (StatusCode::FOUND, &"/there".parse().unwrap())
    );
    let zipped = ask(&server, get("/zipped")).await.unwrap();
    assert_eq!(zipped.headers()["content-encoding"], "gzip");
    assert_eq!(zipped.body(), "no gzip at all");
}

#[tokio::test]
async fn what_belongs_to_the_connection_stays_there() {
    let server = start_raw(
        "HTTP/1.1 200 OK\r\nconnection: close, x-mine\r\nx-mine: 1\r\nkeep-alive: timeout=5\r\n\
         transfer-encoding: chunked\r\nx-other: 2\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    )
    .await;
    let response = ask(&server, get("/")).await.unwrap();
    assert_eq!(response.body(), "hello");
    let names: Vec<_> = response.headers().keys().map(http::HeaderName::as_str).collect();
    assert_eq!(names, ["x-other"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_is_named_by_how_it_failed() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let cases = [
        ("no server", format!("http://{free}"), "no connection: Connection refused"),
        ("no HTTP", start_raw("SSH-2.0-OpenSSH_10.0\r\n").await, "no valid answer: invalid HTTP"),
        ("silent", start_raw("").await, "no answer in time"),
        (
            "silent half-way",
            start_raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhal").await,
            "no answer in time",
        ),
    ];
    for (name, server, error) in cases {
        let failed = ask(&server, get("/")).await.unwrap_err().to_string();
        assert!(failed.starts_with(error), "{name}: {failed}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_origins_timeouts_are_kept() {
    let silent = start_raw("").await;
    let trickling = start(Router::new().fallback(trickle)).await;
    for (name, server, read, completion, waited) in [
        ("read timeout", &silent, 7, 0, 7),
        ("a packet within each read timeout", &trickling, 3, 0, 20),
        ("completion timeout", &trickling, 3, 9, 9),
    ] {
        let Origin::Custom(mut origin) = Origin::custom("api.example.com") else { unreachable!() };
        origin.read_timeout = Some(read);
        origin.response_completion_timeout = Some(completion);
        let server = HttpOrigin::parse(server).unwrap();
        let before = tokio::time::Instant::now();
        let _ = server.serve(get("/"), &Origin::Custom(origin)).await;
        assert_eq!(before.elapsed().as_secs(), waited, "{name}");
    }
}

/// Sends a byte every two seconds, ten times.
async fn trickle() -> axum::body::Body {
    let bytes = futures_util::stream::unfold(0, |sent| async move {
        if sent == 10 {
            return None;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        Some((Ok::<_, std::io::Error>("x"), sent + 1))
    });
    axum::body::Body::from_stream(bytes)
}

#[test]
fn only_a_server_is_a_base_url() {
    for url in ["http://127.0.0.1:3000", "http://localhost", "http://localhost:80/"] {
        assert!(HttpOrigin::parse(url).is_ok(), "{url}");
    }
    for url in ["", "localhost:3000", "https://localhost", "http://localhost/api", "http://a b/"] {
        let refused = HttpOrigin::parse(url).map(drop).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("invalid server URL `{url}`")), "{refused}");
    }
}

#[tokio::test]
async fn the_network_finds_a_server_by_its_domain() {
    let network = Network::default();
    let server = Arc::new(HttpOrigin::parse(&start(Router::new().fallback(echo)).await).unwrap());
    network.clone().add("API.example.com", server);
    assert!(network.resolve("api.Example.com").is_ok());
    let unknown = network.resolve("other.example.com").map(drop);
    assert_eq!(unknown, Err(OriginError::UnknownDomain("other.example.com".into())));
}
