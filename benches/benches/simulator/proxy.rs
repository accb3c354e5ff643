use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, RwLock};

use alb_sim::{Balancer, ElbError, Forward, LoadBalancer, Server, Target, WeightedGroup, random};
use edge_time::SystemClock;
use http::uri::{PathAndQuery, Scheme};
use http::{Request, Uri};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpListener;

/// A week of group stickiness, so that each answer has cookies.
const STICKY: u32 = 604_800;

/// The least that a proxy does: it sends the request to the back end and returns the answer.
pub(crate) async fn plain(socket: std::net::TcpListener, back_end: SocketAddr) -> io::Result<()> {
    let listener = TcpListener::from_std(socket)?;
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Client<_, Incoming> =
        Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let client = client.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            *request.uri_mut() = target(request.uri(), back_end);
            client.request(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

fn target(uri: &Uri, back_end: SocketAddr) -> Uri {
    let path = uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
    let uri = Uri::builder().scheme(Scheme::HTTP).authority(back_end.to_string());
    uri.path_and_query(path).build().expect("an address and a path are a URI")
}

/// A load balancer with two weighted target groups of one target each, and with group stickiness.
pub(crate) async fn load_balancer(address: SocketAddr, back_end: SocketAddr) -> io::Result<()> {
    let (balancer, listener) = balancer(back_end).map_err(io::Error::other)?;
    let balancer = Arc::new(RwLock::new(balancer));
    let load_balancer = LoadBalancer::new(balancer, Arc::new(SystemClock), random());
    Server::bind(Arc::new(load_balancer), &listener, address).await?.serve().await;
    Ok(())
}

/// The load balancer and the ARN of its listener.
fn balancer(back_end: SocketAddr) -> Result<(Balancer, String), ElbError> {
    let mut balancer = Balancer::new("shop", "eu-central-1");
    let mut groups = Vec::new();
    for (name, weight) in [("blue", 90), ("green", 10)] {
        let arn = balancer.add_group(name, vec![Target::healthy(back_end)])?;
        groups.push(WeightedGroup { arn, weight });
    }
    let listener = balancer.add_listener(80, Forward::try_new(groups, Some(STICKY))?)?;
    Ok((balancer, listener))
}
