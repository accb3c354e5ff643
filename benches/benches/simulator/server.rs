use std::future::{Future, pending};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::thread;

use anyhow::Result;
use axum::Router;
use axum::serve::ListenerExt;
use cloudfront_sim::{EdgeLocation, Listener, ListenerOptions, Site};
use tokio::sync::watch;
use tower_http::services::ServeDir;

use crate::distribution::cloudfront;
use crate::{pin_to_cpu, proxy};

const ANY_PORT: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// A server with its own thread and CPU 0.
pub(crate) struct Server {
    address: SocketAddr,
}

impl Server {
    /// A static server of the files in `folder`.
    pub(crate) fn plain(folder: &Path) -> Result<Self> {
        let socket = TcpListener::bind(ANY_PORT)?;
        socket.set_nonblocking(true)?;
        let app = Router::new().fallback_service(ServeDir::new(folder));
        Ok(Self::start(socket.local_addr()?, async {
            let listener = tokio::net::TcpListener::from_std(socket)?;
            // The simulator's listener does the same.
            let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
            axum::serve(listener, app).await
        }))
    }

    /// A distribution in front of `folder`, with the three functions.
    pub(crate) fn simulator(folder: &Path) -> Result<Self> {
        let edge = EdgeLocation("FRA56-P1".into());
        let (_, site) = watch::channel(Site::on_loopback(cloudfront(&edge, folder)?));
        let options = ListenerOptions::default();
        let listener = Listener::bind(ANY_PORT.into(), edge, site, options)?;
        Ok(Self::start(listener.address(), listener.serve(pending())))
    }

    /// A plain proxy in front of a server.
    pub(crate) fn proxy(back_end: SocketAddr) -> Result<Self> {
        let socket = TcpListener::bind(ANY_PORT)?;
        socket.set_nonblocking(true)?;
        Ok(Self::start(socket.local_addr()?, proxy::plain(socket, back_end)))
    }

    /// A load balancer in front of a server.
    pub(crate) fn load_balancer(back_end: SocketAddr) -> Result<Self> {
        let socket = TcpListener::bind(ANY_PORT)?;
        let address = socket.local_addr()?;
        // The load balancer takes the port in the runtime that serves it.
        drop(socket);
        Ok(Self::start(address, proxy::load_balancer(address, back_end)))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn start(
        address: SocketAddr,
        serving: impl Future<Output = io::Result<()>> + Send + 'static,
    ) -> Self {
        thread::spawn(move || -> Result<()> {
            pin_to_cpu(0)?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            Ok(runtime.block_on(serving)?)
        });
        Self { address }
    }
}
