//! Two servers, blue and green, behind a load balancer whose clock is moved by hand.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use alb_sim::{Balancer, Chance, Forward, LoadBalancer, Server, Target, WeightedGroup};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::IntoResponse;
use bytes::Bytes;
use edge_time::ManualClock;
use futures_util::stream;
use http::header::{CONNECTION, UPGRADE};
use http::{HeaderMap, Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};

use crate::viewers::{FIRST, NOW};

/// A server whose answers name its colour.
#[derive(Clone)]
pub(crate) struct BackEnd {
    colour: &'static str,
    pub(crate) address: SocketAddr,
    /// The status of `/health`.
    pub(crate) health: Arc<AtomicU16>,
    /// Notified by each request that waits.
    pub(crate) arrived: Arc<Semaphore>,
    /// Lets a request that waits go on.
    pub(crate) go_on: Arc<Notify>,
}

impl BackEnd {
    async fn start(colour: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let back_end = Self {
            colour,
            address: listener.local_addr().unwrap(),
            health: Arc::new(AtomicU16::new(200)),
            arrived: Arc::new(Semaphore::new(0)),
            go_on: Arc::new(Notify::new()),
        };
        let router = Router::new().fallback(answer).with_state(back_end.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        back_end
    }

    /// Returns when one more request waits.
    pub(crate) async fn has_a_request(&self) {
        self.arrived.acquire().await.unwrap().forget();
    }
}

async fn answer(State(back_end): State<BackEnd>, mut request: Request) -> Response<Body> {
    let headers = request.headers().clone();
    match request.uri().path() {
        "/health" => {
            let status = back_end.health.load(Ordering::Relaxed);
            StatusCode::from_u16(status).unwrap().into_response()
        }
        "/headers" => format!("{headers:?}").into_response(),
        "/slow" => {
            back_end.arrived.add_permits(1);
            back_end.go_on.notified().await;
            back_end.colour.into_response()
        }
        // The head and a part of the body at once, the rest later.
        "/stream" => {
            back_end.arrived.add_permits(1);
            let parts = stream::unfold(0, move |part| {
                let go_on = Arc::clone(&back_end.go_on);
                async move {
                    if part == 1 {
                        go_on.notified().await;
                    }
                    let text = ["first ", "second"].get(part)?;
                    Some((Ok::<_, std::io::Error>(Bytes::from(*text)), part + 1))
                }
            });
            Body::from_stream(parts).into_response()
        }
        "/socket" => {
            let upgrade = hyper::upgrade::on(&mut request);
            tokio::spawn(async move {
                let mut socket = TokioIo::new(upgrade.await.unwrap());
                let mut bytes = [0; 64];
                while let Ok(length @ 1..) = socket.read(&mut bytes).await {
                    let text = [back_end.colour.as_bytes(), &bytes[..length]].concat();
                    socket.write_all(&text).await.unwrap();
                }
            });
            let headers = [(CONNECTION, "upgrade"), (UPGRADE, "websocket")];
            (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
        }
        _ => back_end.colour.into_response(),
    }
}

pub(crate) struct World {
    pub(crate) blue: BackEnd,
    pub(crate) green: BackEnd,
    /// The ARNs of their target groups.
    pub(crate) groups: [String; 2],
    pub(crate) listener: String,
    pub(crate) balancer: Arc<RwLock<Balancer>>,
    pub(crate) load_balancer: Arc<LoadBalancer>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) address: SocketAddr,
    client: Client<HttpConnector, Empty<Bytes>>,
}

/// An answer that was read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl World {
    /// Blue has all the weight. Draws choose the first of what is possible.
    pub(crate) async fn start() -> Self {
        Self::drawing(|| FIRST).await
    }

    pub(crate) async fn drawing(draw: impl Fn() -> Chance + Send + Sync + 'static) -> Self {
        let (blue, green) = (BackEnd::start("blue").await, BackEnd::start("green").await);
        let mut balancer = Balancer::new("shop", "eu-central-1");
        let groups = [&blue, &green]
            .map(|one| balancer.add_group(one.colour, vec![Target::healthy(one.address)]).unwrap());
        let listener = balancer.add_listener(80, Forward::to(&groups[0])).unwrap();
        let balancer = Arc::new(RwLock::new(balancer));
        let clock = Arc::new(ManualClock::new(NOW));
        let load_balancer = LoadBalancer::new(Arc::clone(&balancer), clock.clone(), Box::new(draw));
        let load_balancer = Arc::new(load_balancer);
        let address = "127.0.0.1:0".parse().unwrap();
        let server = Server::bind(Arc::clone(&load_balancer), &listener, address).await.unwrap();
        let address = server.address();
        tokio::spawn(server.serve());
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { blue, green, groups, listener, balancer, load_balancer, clock, address, client }
    }

    pub(crate) fn weigh(&self, blue: u32, green: u32, stickiness: Option<u32>) {
        let [blue, green] = [(0, blue), (1, green)]
            .map(|(index, weight)| WeightedGroup { arn: self.groups[index].clone(), weight });
        let forward = Forward::try_new(vec![blue, green], stickiness).unwrap();
        self.balancer.write().unwrap().modify_listener(&self.listener, forward).unwrap();
    }

    /// Sends a request, and returns when the head of the answer is there.
    pub(crate) async fn open(&self, path: &str, headers: &[(&str, &str)]) -> Response<Incoming> {
        let mut request = http::Request::get(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.client.request(request.body(Empty::new()).unwrap()).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let (head, body) = self.open(path, headers).await.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.into()).unwrap();
        Answer { status: head.status.as_u16(), headers: head.headers, text }
    }

    /// Opens a WebSocket, up to its first byte.
    pub(crate) async fn socket(&self) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = "GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n\
                       Upgrade: websocket\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        stream
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.load_balancer.advance();
    }

    pub(crate) fn deregister(&self, group: usize, target: &BackEnd) {
        let now = edge_time::Clock::now(&*self.clock);
        let mut balancer = self.balancer.write().unwrap();
        balancer.deregister(&self.groups[group], target.address, now).unwrap();
    }
}

/// Sends a message over a WebSocket and returns the answer, which is empty if the connection has ended.
pub(crate) async fn say(socket: &mut TcpStream, text: &str) -> String {
    // A connection that was cut refuses the message, or the answer never comes.
    let _ = socket.write_all(text.as_bytes()).await;
    let mut bytes = [0; 64];
    let length = socket.read(&mut bytes).await.unwrap_or_default();
    String::from_utf8(bytes[..length].to_vec()).unwrap()
}
