use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::exchange::answer;
use crate::store::ParameterStore;

/// Between two attempts to accept when the system has no more file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// A Parameter Store for any AWS SDK: AWS JSON 1.1 over HTTP/1.1. Ends when it is dropped.
///
/// The Region is the one that a request is signed for, and the user its access key; the signature itself is
/// not looked at. A request without one goes to the store's own Region. Web pages are refused, by `Origin` or
/// `Sec-Fetch-Site`, and so is every `Host` but a loopback name.
#[derive(Debug)]
pub struct Endpoint {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Endpoint {
    /// Listens on `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address cannot be listened on: the port is in use, for one.
    pub async fn start(store: ParameterStore, address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { address, serving: tokio::spawn(serve(listener, store)) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The value of `AWS_ENDPOINT_URL_SSM`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends all connections, and returns when the port is free.
    pub async fn shutdown(mut self) {
        self.serving.abort();
        // Aborted on purpose: there is nothing to learn from how it ended.
        let _ = (&mut self.serving).await;
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The connections end with the set that holds them.
async fn serve(listener: TcpListener, store: ParameterStore) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(connections.spawn(converse(stream, store.clone()))),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

/// A connection's trouble is the other side's to see.
async fn converse(stream: TcpStream, store: ParameterStore) {
    let service = service_fn(|request| answer(&store, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let _ = connection.await;
}
