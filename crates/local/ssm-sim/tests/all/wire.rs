//! The endpoint, with plain HTTP.

use std::collections::HashSet;

use axum::Router;
use axum::routing::post;

use crate::world::{NAME, put, serve, store};
use ssm_sim::Endpoint;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const GET: &str = "X-Amz-Target: AmazonSSM.GetParameter\r\n";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n";
const BODY: &str = r#"{"Name":"/shop/plan"}"#;

#[tokio::test]
async fn a_request_without_a_signature_or_of_another_kind_is_answered() {
    let store = store();
    let endpoint = serve(&store).await;
    store.put(put(NAME, "first")).await.unwrap();
    let rows = [
        ("no signature", GET, BODY, "200 OK", r#""Value":"first""#),
        ("not JSON", GET, "{", "400 Bad Request", r#""__type":"SerializationException""#),
        ("no name", GET, "{}", "400 Bad Request", r#""__type":"SerializationException""#),
        ("no target", "", "{}", "400 Bad Request", r#""__type":"UnknownOperationException""#),
        (
            "another service",
            "X-Amz-Target: Logs.GetParameter\r\n",
            "{}",
            "400 Bad Request",
            "does not model ``: it has GetParameter",
        ),
        (
            "a signature cut short",
            "Authorization: AWS4 Credential=x\r\n",
            "{}",
            "400 Bad Request",
            "does not model ``: it has GetParameter",
        ),
    ];
    let mut ids = HashSet::new();
    for (name, head, body, status, part) in rows {
        let answer = exchange(&endpoint, head, body).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{name}: {answer}");
        assert!(answer.contains("content-type: application/x-amz-json-1.1\r\n"), "{name}");
        assert!(answer.contains(part), "{name}: {answer}");
        assert!(
            answer.contains("date: Sun, 22 Nov 2026 10:00:00 GMT\r\n"),
            "{name}: its own clock"
        );
        let id = answer.lines().find(|line| line.starts_with("x-amzn-requestid: ")).unwrap();
        assert!(ids.insert(id.to_owned()), "{name}: an id of its own");
    }
}

#[tokio::test]
async fn a_web_page_is_refused_under_any_name() {
    let store = store();
    let endpoint = serve(&store).await;
    store.put(put(NAME, "first")).await.unwrap();
    let port = endpoint.address().port();
    let rows = [
        ("a name of its own", format!("evil.example.com:{port}"), "", "loopback name"),
        (
            "a name that begins with a loopback name",
            "localhost.example.com".into(),
            "",
            "loopback name",
        ),
        ("none", String::new(), "", "loopback name"),
        ("another origin", format!("127.0.0.1:{port}"), "Origin: http://evil\r\n", "`origin`"),
        ("any origin", "localhost".into(), "Origin: null\r\n", "`origin`"),
        ("its own site", "[::1]".into(), "Sec-Fetch-Site: same-origin\r\n", "`sec-fetch-site`"),
    ];
    for (name, host, head, part) in rows {
        let answer = exchange_at(&endpoint, &host, &format!("{GET}{head}"), BODY).await;
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{name}: {answer}");
        assert!(answer.contains(r#""__type":"AccessDeniedException""#), "{name}: {answer}");
        assert!(answer.contains(part), "{name}: {answer}");
    }
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8080"] {
        let answer = exchange_at(&endpoint, host, GET, BODY).await;
        assert!(answer.contains("first"), "{host}: {answer}");
    }
}

#[tokio::test]
async fn shutdown_frees_the_port() {
    let store = store();
    store.put(put(NAME, "first")).await.unwrap();
    let endpoint = serve(&store).await;
    let address = endpoint.address();
    assert!(Endpoint::start(store.clone(), address).await.is_err(), "in use");
    endpoint.shutdown().await;
    let endpoint = Endpoint::start(store, address).await.unwrap();
    assert!(exchange(&endpoint, GET, BODY).await.contains("first"));
}

#[tokio::test]
async fn other_services_have_their_own_paths_and_are_as_closed_to_web_pages() {
    let store = store();
    store.put(put(NAME, "first")).await.unwrap();
    let others = Router::new().route("/other/service", post(async || "the other service"));
    let others = others.route("/", post(async || "the one with the query protocol"));
    let endpoint = Endpoint::bind(([127, 0, 0, 1], 0).into()).await.unwrap().serve(store, others);
    let rows = [
        ("Parameter Store", "/", "localhost", GET, "first"),
        ("another service", "/other/service", "localhost", "", "the other service"),
        ("a form", "/", "localhost", FORM, "the one with the query protocol"),
        ("a form from a foreign name", "/", "evil.example", FORM, "AccessDeniedException"),
        ("no service", "/other", "localhost", "", "404 Not Found"),
        ("a foreign name", "/other/service", "evil.example", "", "AccessDeniedException"),
        (
            "a web page",
            "/other/service",
            "localhost",
            "Origin: http://evil.example\r\n",
            "AccessDenied",
        ),
    ];
    for (name, path, host, head, part) in rows {
        let answer = exchange_on(&endpoint, path, host, head, BODY).await;
        assert!(answer.contains(part), "{name}: {answer}");
    }
}

async fn exchange(endpoint: &Endpoint, head: &str, body: &str) -> String {
    exchange_at(endpoint, "localhost", head, body).await
}

async fn exchange_at(endpoint: &Endpoint, host: &str, head: &str, body: &str) -> String {
    exchange_on(endpoint, "/", host, head, body).await
}

async fn exchange_on(
    endpoint: &Endpoint,
    path: &str,
    host: &str,
    head: &str,
    body: &str,
) -> String {
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{head}Content-Length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(endpoint.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
