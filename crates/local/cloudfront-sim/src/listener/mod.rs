mod error;
mod known_hosts;
mod site;
mod tls;
mod viewer;

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use http::HeaderName;
use hyper_util::rt::TokioTimer;
use tokio::sync::{broadcast, watch};

use crate::distribution::EdgeLocation;
use crate::exchange::{Exchange, Protocol};

use crate::logs::LogFolder;
pub use error::ListenError;
pub use known_hosts::KnownHosts;
pub use site::Site;
pub use tls::{Tls, TlsError};
use viewer::Viewers;

/// How long requests under way may still take when the listener shuts down.
const GRACE: Duration = Duration::from_secs(1);

/// How long a viewer may take to send the head of an HTTP/1.1 request. It also ends idle connections.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// HTTP/2's limit for headers, in bytes. It is high, so that requests meet CloudFront's own limit first.
const HTTP2_HEADERS: u32 = 256 * 1024;

/// Serves one edge location to viewers: HTTP/1.1 and HTTP/2 on one port, with or without TLS.
///
/// The listeners of all edge locations share one [`Site`].
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    app: Router,
    tls: Option<Tls>,
}

/// Options of a listener.
#[derive(Clone, Default)]
pub struct ListenerOptions {
    /// With a certificate, only TLS is accepted. Without one, only plain HTTP; HTTP/2 then needs prior knowledge
    /// (`h2c`).
    pub tls: Option<Tls>,
    /// Routes that are answered here and never reach CloudFront: `Router::new().nest("/_edgeswitch", page)`.
    pub routes: Router,
    /// Receives every exchange when its response is sent. A receiver that lags misses some.
    pub observer: Option<broadcast::Sender<Arc<Exchange>>>,
    /// Gets the row of every request when its response is sent.
    pub logs: Option<Arc<LogFolder>>,
    /// A request header with an IP address to use as the viewer's, so that one machine can act as many viewers.
    /// CloudFront does not see the header.
    pub viewer_header: Option<HeaderName>,
}

impl Listener {
    /// Binds the address; port 0 takes any free port. Connections wait until [`Listener::serve`].
    ///
    /// Each request gets the newest `site`. Those under way finish with the one that they began with.
    ///
    /// # Errors
    /// When the port is in use or not allowed, or this machine does not have the address.
    pub fn bind(
        address: SocketAddr,
        edge: EdgeLocation,
        site: watch::Receiver<Site>,
        options: ListenerOptions,
    ) -> Result<Self, ListenError> {
        let refused = |error| ListenError::new(address, error);
        let socket = TcpListener::bind(address).map_err(refused)?;
        socket.set_nonblocking(true).map_err(refused)?;
        let address = socket.local_addr().map_err(refused)?;
        let ListenerOptions { tls, routes, observer, logs, viewer_header } = options;
        let protocol = if tls.is_some() { Protocol::Https } else { Protocol::Http };
        let viewers = Arc::new(Viewers { edge, site, protocol, observer, logs, viewer_header });
        let answer = move |ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request| async move {
            viewers.answer(peer, request).await
        };
        Ok(Self { socket, address, app: routes.fallback(answer), tls })
    }

    /// The address, with the port that was bound.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers viewers until `shutdown` completes. Then closes idle connections, and gives requests under way a
    /// second to finish.
    ///
    /// # Errors
    /// When the socket fails.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let handle = Handle::new();
        let mut serving = pin!(self.run(handle.clone()));
        tokio::select! {
            ended = &mut serving => return ended,
            () = shutdown => handle.graceful_shutdown(Some(GRACE)),
        }
        serving.await
    }

    async fn run(self, handle: Handle<SocketAddr>) -> io::Result<()> {
        let mut server = axum_server::from_tcp(self.socket)?.handle(handle);
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
        server.http_builder().http2().max_header_list_size(HTTP2_HEADERS);
        let app = self.app.into_make_service_with_connect_info::<SocketAddr>();
        match self.tls {
            Some(tls) => server.acceptor(tls.acceptor()).serve(app).await,
            None => server.acceptor(NoDelayAcceptor).serve(app).await,
        }
    }
}
