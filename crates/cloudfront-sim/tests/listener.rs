//! Real clients reach an edge location through its listener.
#![expect(clippy::unwrap_used, reason = "what surrounds a test fails it as well")]

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use cloudfront_sim::{
    Behavior, CachePolicy, CloudFront, Distribution, EdgeLocation, Exchange, Function,
    FunctionHost, ListenError, Listener, ListenerOptions, Methods, Names, Network,
    OriginRequestPolicy, OriginServer, OriginSettings, Served, Tls,
};
use edge_event::{Origin, Trigger};
use http::{Method, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connect, HttpConnector, HttpInfo};
use hyper_util::rt::TokioExecutor;
use plan_store::ManualClock;
use routing_core::Timestamp;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// A distribution with one origin that tells what it was asked, and nothing cached.
fn cloudfront(edges: &[EdgeLocation]) -> Arc<CloudFront> {
    let network = Network::default();
    network.add("echo.example.com", Arc::new(Echo));
    let clock = Arc::new(ManualClock::new(Timestamp(0)));
    let cloudfront = CloudFront::new(distribution(edges), network, Arc::new(NoFunctions), clock);
    Arc::new(cloudfront.unwrap())
}

fn distribution(edges: &[EdgeLocation]) -> Distribution {
    let echo = OriginSettings { origin: Origin::custom("echo.example.com") };
    Distribution {
        id: "E2QWRUHAPOMQZL".into(),
        domain_name: "d111111abcdef8.cloudfront.net".into(),
        edges: edges.to_vec(),
        origins: BTreeMap::from([("echo".into(), echo)]),
        groups: BTreeMap::new(),
        behaviors: Vec::new(),
        default_behavior: uncached(),
        error_ttls: BTreeMap::new(),
    }
}

fn uncached() -> Behavior {
    Behavior {
        target: "echo".into(),
        cache_policy: CachePolicy::default(),
        origin_request_policy: OriginRequestPolicy {
            headers: Names::All,
            cookies: Names::All,
            query_strings: Names::All,
        },
        triggers: Vec::new(),
        methods: Methods::All,
        cache_options: false,
    }
}

struct NoFunctions;

impl FunctionHost for NoFunctions {
    fn function(&self, _: &EdgeLocation, _: Trigger) -> Option<Arc<dyn Function>> {
        None
    }
}

/// Answers with the request line and what tells requests apart here; asks for a body's length in `x-body`.
struct Echo;

impl OriginServer for Echo {
    fn serve<'a>(&'a self, request: Request<Bytes>, _: &'a Origin) -> Served<'a> {
        let value = |name| request.headers().get(name).map_or("-", |value| value.to_str().unwrap());
        let told = format!(
            "{} {} host {} from {} cookie {} player {} body {}",
            request.method(),
            request.uri(),
            value("host"),
            value("x-forwarded-for"),
            value("cookie"),
            value("x-player"),
            request.body().len(),
        );
        Box::pin(async move { Ok(Response::new(Bytes::from(told))) })
    }
}

fn edge(name: &str) -> EdgeLocation {
    EdgeLocation(name.into())
}

fn loopback() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// A listener that serves until it is told to end.
struct Running {
    address: SocketAddr,
    end: oneshot::Sender<()>,
    ended: JoinHandle<io::Result<()>>,
}

impl Running {
    fn start(options: ListenerOptions) -> Self {
        let fra = edge("FRA56-P1");
        let cloudfront = cloudfront(std::slice::from_ref(&fra));
        let listener = Listener::bind(loopback(), fra, cloudfront, options).unwrap();
        Self::serve(listener)
    }

    fn serve(listener: Listener) -> Self {
        let address = listener.address();
        let (end, told) = oneshot::channel::<()>();
        let ended = tokio::spawn(listener.serve(async move { drop(told.await) }));
        Self { address, end, ended }
    }

    async fn end(self) {
        self.end.send(()).unwrap();
        self.ended.await.unwrap().unwrap();
    }

    fn url(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://{}{path}", self.address)
    }
}

/// What a viewer got.
#[derive(Debug)]
struct Got {
    head: http::response::Parts,
    text: String,
}

async fn ask<C>(client: &Client<C, Full<Bytes>>, request: Request<Bytes>) -> Got
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let response = client.request(request.map(Full::new)).await.unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Got { head, text: String::from_utf8(body.into()).unwrap() }
}

fn http_1() -> Client<HttpConnector, Full<Bytes>> {
    Client::builder(TokioExecutor::new()).build_http()
}

fn http_2() -> Client<HttpConnector, Full<Bytes>> {
    Client::builder(TokioExecutor::new()).http2_only(true).build_http()
}

fn to(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).unwrap()
}

#[tokio::test]
async fn http_1_connections_are_kept() {
    let running = Running::start(ListenerOptions::default());
    let client = http_1();
    let mut connections = Vec::new();
    for path in ["/first", "/second?query=1"] {
        let got = ask(&client, to(&running.url("http", path))).await;
        assert_eq!((got.head.status, got.head.version), (StatusCode::OK, Version::HTTP_11));
        assert_eq!(
            got.text,
            format!("GET {path} host {} from 127.0.0.1 cookie - player - body 0", running.address)
        );
        connections.push(got.head.extensions.get::<HttpInfo>().unwrap().local_addr());
    }
    assert_eq!(connections[0], connections[1]);
}

#[tokio::test]
async fn http_2_needs_no_tls_and_reads_like_http_1() {
    let running = Running::start(ListenerOptions::default());
    let request = Request::get(running.url("http", "/page"))
        .header("cookie", "a=1")
        .header("cookie", "b=2")
        .body(Bytes::new())
        .unwrap();
    let got = ask(&http_2(), request).await;
    assert_eq!((got.head.status, got.head.version), (StatusCode::OK, Version::HTTP_2));
    assert_eq!(
        got.text,
        format!(
            "GET /page host {} from 127.0.0.1 cookie a=1; b=2 player - body 0",
            running.address
        )
    );
}

#[tokio::test]
async fn whoever_trusts_the_certificate_speaks_tls() {
    let tls = Tls::generate(&["shop.test".into()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(tls.certificate_pem().as_bytes()).unwrap()).unwrap();
    let running = Running::start(ListenerOptions { tls: Some(tls), ..Default::default() });
    let trusting = trusting(roots);
    let port = running.address.port();
    for (name, host, version) in [
        ("HTTP/2 is preferred", "127.0.0.1", Version::HTTP_2),
        ("a name resolves", "localhost", Version::HTTP_2),
        ("HTTP/1.1 will do", "127.0.0.1", Version::HTTP_11),
    ] {
        let https = HttpsConnectorBuilder::new().with_tls_config(trusting.clone()).https_only();
        let https = match version {
            Version::HTTP_2 => https.enable_all_versions().build(),
            _ => https.enable_http1().build(),
        };
        let client = Client::builder(TokioExecutor::new()).build(https);
        let got = ask(&client, to(&format!("https://{host}:{port}/secure"))).await;
        assert_eq!((got.head.status, got.head.version), (StatusCode::OK, version), "{name}");
        assert!(got.text.starts_with(&format!("GET /secure host {host}:{port} ")), "{name}");
    }
}

fn trusting(roots: RootCertStore) -> rustls::ClientConfig {
    let provider = rustls::crypto::ring::default_provider();
    rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[test]
fn a_certificate_for_what_is_no_name_is_refused() {
    let refused = Tls::generate(&["shöp.test".into()]).unwrap_err().to_string();
    assert!(refused.starts_with("no certificate for `shöp.test`: "), "{refused}");
}

#[tokio::test]
async fn head_tells_the_length_without_the_content() {
    let running = Running::start(ListenerOptions::default());
    for client in [http_1(), http_2()] {
        let mut request = to(&running.url("http", "/page"));
        let length = ask(&client, request.clone()).await.text.len() + "HEAD".len() - "GET".len();
        *request.method_mut() = Method::HEAD;
        let got = ask(&client, request).await;
        assert_eq!(got.head.headers["content-length"], length.to_string());
        assert_eq!(got.text, "");
    }
}

#[tokio::test]
async fn a_body_reaches_the_origin() {
    let running = Running::start(ListenerOptions::default());
    for client in [http_1(), http_2()] {
        let body = Bytes::from(vec![0; 300_000]);
        let got =
            ask(&client, Request::post(running.url("http", "/orders")).body(body).unwrap()).await;
        assert!(got.text.starts_with("POST /orders "), "{}", got.text);
        assert!(got.text.ends_with(" body 300000"), "{}", got.text);
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let running = Running::start(ListenerOptions::default());
    let body = Bytes::from(vec![0; 64 * 1024 * 1024 + 1]);
    let got = ask(&http_2(), Request::post(running.url("http", "/")).body(body).unwrap()).await;
    assert_eq!(got.head.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(got.text, "the body is over 64 MiB\n");
}

#[tokio::test]
async fn headers_that_are_too_large_are_cloudfronts_to_refuse() {
    let running = Running::start(ListenerOptions::default());
    for client in [http_1(), http_2()] {
        let request = Request::get(running.url("http", "/")).header("x-large", "x".repeat(40_000));
        let got = ask(&client, request.body(Bytes::new()).unwrap()).await;
        assert_eq!(got.head.status.as_u16(), 494);
    }
}

#[tokio::test]
async fn routes_of_ones_own_come_before_cloudfront() {
    let page = Router::new().route("/state", get(|| async { "the page" }));
    let routes = Router::new().nest("/_edgeswitch", page);
    let running = Running::start(ListenerOptions { routes, ..Default::default() });
    let client = http_1();
    assert_eq!(ask(&client, to(&running.url("http", "/_edgeswitch/state"))).await.text, "the page");
    for path in ["/", "/state", "/_edgeswitched", "/%2e%2e/{brace"] {
        let got = ask(&client, to(&running.url("http", path))).await;
        assert!(got.text.starts_with(&format!("GET {path} ")), "{}", got.text);
    }
}

#[tokio::test]
async fn an_observer_gets_every_exchange() {
    let (observer, mut exchanges) = broadcast::channel::<Arc<Exchange>>(8);
    let running =
        Running::start(ListenerOptions { observer: Some(observer), ..Default::default() });
    ask(&http_1(), to(&running.url("http", "/page?q=1"))).await;
    let exchange = exchanges.try_recv().unwrap();
    assert_eq!((exchange.url.as_str(), exchange.status), ("/page?q=1", 200));
    assert_eq!(exchange.edge, edge("FRA56-P1"));
}

#[tokio::test]
async fn one_machine_plays_many_viewers_if_it_may() {
    let named = ListenerOptions {
        viewer_header: Some(http::HeaderName::from_static("x-player")),
        ..Default::default()
    };
    for (name, options, value, seen) in [
        ("an address", named.clone(), "198.51.100.7", "from 198.51.100.7 cookie - player -"),
        ("an IPv6 address", named.clone(), "2001:db8::7", "from 2001:db8::7 cookie - player -"),
        ("no address", named, "somebody", "from 127.0.0.1 cookie - player -"),
        (
            "not asked for",
            ListenerOptions::default(),
            "198.51.100.7",
            "from 127.0.0.1 cookie - player 198.51.100.7",
        ),
    ] {
        let running = Running::start(options);
        let request = Request::get(running.url("http", "/")).header("x-player", value);
        let got = ask(&http_1(), request.body(Bytes::new()).unwrap()).await;
        assert!(got.text.contains(seen), "{name}: {}", got.text);
    }
}

#[tokio::test]
async fn each_edge_location_has_a_listener() {
    let edges = [edge("FRA56-P1"), edge("IAD89-C2")];
    let cloudfront = cloudfront(&edges);
    for edge in edges {
        let options = ListenerOptions::default();
        let listener = Listener::bind(loopback(), edge.clone(), cloudfront.clone(), options);
        let running = Running::serve(listener.unwrap());
        let got = ask(&http_1(), to(&running.url("http", "/"))).await;
        assert_eq!(got.head.headers["x-amz-cf-pop"], edge.0.as_str());
    }
}

#[tokio::test]
async fn a_port_in_use_is_named_with_the_repair() {
    let running = Running::start(ListenerOptions::default());
    let fra = edge("FRA56-P1");
    let cloudfront = cloudfront(std::slice::from_ref(&fra));
    let second = Listener::bind(running.address, fra, cloudfront, ListenerOptions::default());
    let error = second.map(drop).unwrap_err();
    assert!(matches!(error, ListenError::InUse(_)));
    assert_eq!(
        error.to_string(),
        format!(
            "port {} of `127.0.0.1` is in use: end what listens there, or choose another port \
             (0 takes a free one)",
            running.address.port()
        )
    );
}

#[tokio::test(start_paused = true)]
async fn idle_connections_end_at_once() {
    let running = Running::start(ListenerOptions::default());
    let clients = [http_1(), http_2()];
    for client in &clients {
        ask(client, to(&running.url("http", "/"))).await;
    }
    let before = Instant::now();
    running.end().await;
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_request_under_way_has_a_second_to_end() {
    for (name, takes, answered) in [("short", 900, true), ("long", 1100, false)] {
        let (reached, mut begun) = mpsc::channel(1);
        let work = move || async move {
            reached.send(()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(takes)).await;
        };
        let routes = Router::new().route("/work", get(work));
        let running = Running::start(ListenerOptions { routes, ..Default::default() });
        let request = to(&running.url("http", "/work")).map(Full::new);
        let response = tokio::spawn(async { http_1().request(request).await });
        begun.recv().await.unwrap();
        running.end().await;
        assert_eq!(response.await.unwrap().is_ok(), answered, "{name}");
    }
}
