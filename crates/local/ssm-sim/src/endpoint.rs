use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::http::answer;
use crate::store::ParameterStore;

/// The pause after a failed `accept`, for example when there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(100);

/// A Parameter Store for any AWS SDK: AWS JSON 1.1 over HTTP/1.1. Dropping it ends it.
///
/// The signature of a request names the Region and the access key, which stands for the user. The signature
/// itself is not checked. A request without a signature goes to the store's own Region. Requests of web pages
/// (with `Origin` or `Sec-Fetch-Site`) are refused, and so is every `Host` that is not a loopback name.
#[derive(Debug)]
pub struct Endpoint {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

/// The address of an endpoint, before it answers. Connections wait until [`BoundEndpoint::serve`].
#[derive(Debug)]
pub struct BoundEndpoint {
    address: SocketAddr,
    listener: TcpListener,
}

impl BoundEndpoint {
    /// The value of `AWS_ENDPOINT_URL_SSM`.
    #[must_use]
    pub fn url(&self) -> String {
        url(self.address)
    }

    /// Answers from now on. `others` are the services at the same address, as other emulators of AWS have them.
    /// Parameter Store's own path is `/`. Forms are for the others there too: they are calls of AWS's query protocol.
    #[must_use]
    pub fn serve(self, store: ParameterStore, others: Router) -> Endpoint {
        let Self { address, listener } = self;
        Endpoint { address, serving: tokio::spawn(serve(listener, store, others)) }
    }
}

impl Endpoint {
    /// Listens on `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address cannot be bound, for example because the port is in use.
    pub async fn start(store: ParameterStore, address: SocketAddr) -> io::Result<Self> {
        Ok(Self::bind(address).await?.serve(store, Router::new()))
    }

    /// Takes `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address cannot be bound, for example because the port is in use.
    pub async fn bind(address: SocketAddr) -> io::Result<BoundEndpoint> {
        let listener = TcpListener::bind(address).await?;
        Ok(BoundEndpoint { address: listener.local_addr()?, listener })
    }

    /// The address, with the port that was bound.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The value of `AWS_ENDPOINT_URL_SSM`.
    #[must_use]
    pub fn url(&self) -> String {
        url(self.address)
    }

    /// Ends all connections. Returns when the port is free.
    pub async fn shutdown(mut self) {
        self.serving.abort();
        // The task was aborted, so its result is always an error.
        let _ = (&mut self.serving).await;
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// Dropping the set ends all connections.
async fn serve(listener: TcpListener, store: ParameterStore, others: Router) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(serve_connection(stream, store.clone(), others.clone()));
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

/// Ignores connection errors: the client sees them.
async fn serve_connection(stream: TcpStream, store: ParameterStore, others: Router) {
    let service = service_fn(|request| answer(&store, &others, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let _ = connection.await;
}
