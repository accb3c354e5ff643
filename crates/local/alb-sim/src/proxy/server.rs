use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::LoadBalancer;
use super::exchange::Viewer;

/// The pause after a failed `accept`, for example when there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(100);

/// The port of a listener, for HTTP/1.1. Connections wait until [`serve`](Self::serve).
pub struct Server {
    load_balancer: Arc<LoadBalancer>,
    /// The ARN of the listener.
    listener: Arc<str>,
    address: SocketAddr,
    socket: TcpListener,
}

impl Server {
    /// Takes `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address cannot be bound, for example because the port is in use.
    pub async fn bind(
        load_balancer: Arc<LoadBalancer>,
        listener: &str,
        address: SocketAddr,
    ) -> io::Result<Self> {
        let socket = TcpListener::bind(address).await?;
        Ok(Self { load_balancer, listener: listener.into(), address: socket.local_addr()?, socket })
    }

    /// The address, with the port that was bound.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until it is dropped, which ends all connections but WebSockets. Those end with the load balancer.
    pub async fn serve(self) {
        let mut connections = JoinSet::new();
        loop {
            match self.socket.accept().await {
                Ok((stream, viewer)) => {
                    let (load_balancer, listener) =
                        (self.load_balancer.clone(), self.listener.clone());
                    connections.spawn(connection(
                        load_balancer,
                        listener,
                        self.address.port(),
                        viewer,
                        stream,
                    ));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
            while connections.try_join_next().is_some() {}
        }
    }
}

/// Ignores connection errors: the viewer sees them.
async fn connection(
    load_balancer: Arc<LoadBalancer>,
    listener: Arc<str>,
    port: u16,
    address: SocketAddr,
    stream: TcpStream,
) {
    let service = service_fn(|request| {
        let viewer = Viewer { listener: &listener, port, address };
        let answer = load_balancer.answer(viewer, request);
        async { Ok::<_, Infallible>(answer.await) }
    });
    // Without a delay for small answers. If that fails, the connection is only slower.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let _ = connection.await;
}
