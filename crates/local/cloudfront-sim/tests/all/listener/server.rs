use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cloudfront_sim::{
    Behavior, CachePolicy, CloudFront, Distribution, EdgeLocation, Function, FunctionHost,
    Listener, ListenerOptions, Methods, Names, Network, OriginRequestPolicy, OriginServer,
    OriginSettings, ResponseHeadersPolicy, Served, Site,
};
use edge_event::{Origin, Trigger};
use edge_time::{ManualClock, Timestamp};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::TokioExecutor;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

/// A distribution without caching. Its one origin answers with the request that it got.
pub(crate) fn cloudfront(edges: &[EdgeLocation]) -> Arc<CloudFront> {
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
        error_pages: BTreeMap::new(),
        root_object: None,
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
        response_headers: ResponseHeadersPolicy::default(),
    }
}

struct NoFunctions;

impl FunctionHost for NoFunctions {
    fn function(&self, _: &EdgeLocation, _: Trigger) -> Option<Arc<dyn Function>> {
        None
    }
}

/// Answers with the parts of the request that these tests compare, after the milliseconds in `x-takes`.
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
        let takes = Duration::from_millis(value("x-takes").parse().unwrap_or_default());
        Box::pin(async move {
            tokio::time::sleep(takes).await;
            Ok(Response::new(Bytes::from(told)))
        })
    }
}

pub(crate) fn edge(name: &str) -> EdgeLocation {
    EdgeLocation(name.into())
}

pub(crate) fn loopback() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// A listener that serves until the test ends it.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) end: oneshot::Sender<()>,
    pub(crate) ended: JoinHandle<io::Result<()>>,
}

impl Running {
    pub(crate) fn start(options: ListenerOptions) -> Self {
        let fra = edge("FRA56-P1");
        let site = watch::channel(Site::on_loopback(cloudfront(std::slice::from_ref(&fra)))).1;
        Self::serve(Listener::bind(loopback(), fra, site, options).unwrap())
    }

    pub(crate) fn serve(listener: Listener) -> Self {
        let address = listener.address();
        let (end, told) = oneshot::channel::<()>();
        let ended = tokio::spawn(listener.serve(async move { drop(told.await) }));
        Self { address, end, ended }
    }

    pub(crate) async fn end(self) {
        self.end.send(()).unwrap();
        self.ended.await.unwrap().unwrap();
    }

    pub(crate) fn url(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://{}{path}", self.address)
    }
}

/// The response that a viewer got.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) head: http::response::Parts,
    pub(crate) text: String,
}

pub(crate) async fn ask<C>(client: &Client<C, Full<Bytes>>, request: Request<Bytes>) -> Got
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let response = client.request(request.map(Full::new)).await.unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Got { head, text: String::from_utf8(body.into()).unwrap() }
}

pub(crate) fn http_1() -> Client<HttpConnector, Full<Bytes>> {
    Client::builder(TokioExecutor::new()).build_http()
}

pub(crate) fn http_2() -> Client<HttpConnector, Full<Bytes>> {
    Client::builder(TokioExecutor::new()).http2_only(true).build_http()
}

pub(crate) fn to(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).unwrap()
}
