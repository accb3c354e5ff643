use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use cloudfront_sim::ListenError;
use edge_config::Dev;
use ssm_sim::{BoundEndpoint, Endpoint};

use crate::error::DevError;

/// The loopback ports: one for each edge location, then one for the Parameter Store, then one for each listener of a
/// load balancer.
pub(crate) struct Ports {
    edges: Vec<u16>,
    endpoint: u16,
    load_balancers: Vec<u16>,
}

impl Ports {
    /// Consecutive ports from `dev.port` on. If that is 0, any free ports. Checks that the ports of the edge
    /// locations are free.
    ///
    /// # Errors
    /// [`DevError::NoRoom`] or [`DevError::Listen`].
    pub(crate) fn of(dev: &Dev, load_balancers: usize) -> Result<Self, DevError> {
        let (first, count) = (dev.port, dev.edges.len());
        if first == 0 {
            let load_balancers = vec![0; load_balancers];
            return Ok(Self { edges: vec![0; count], endpoint: 0, load_balancers });
        }
        let needed = count + 1 + load_balancers;
        let mut edges: Vec<u16> = (first..=u16::MAX).take(needed).collect();
        let no_room = DevError::NoRoom { first, needed };
        if edges.len() < needed {
            return Err(no_room);
        }
        let load_balancers = edges.split_off(count + 1);
        match edges.pop() {
            Some(endpoint) => Self { edges, endpoint, load_balancers }.free(),
            None => Err(no_room),
        }
    }

    /// The address of each edge location, in order.
    pub(crate) fn edges(&self) -> impl Iterator<Item = SocketAddr> {
        self.edges.iter().map(|port| (Ipv4Addr::LOCALHOST, *port).into())
    }

    /// The address of each listener of a load balancer, in order.
    pub(crate) fn load_balancers(&self) -> impl Iterator<Item = SocketAddr> {
        self.load_balancers.iter().map(|port| (Ipv4Addr::LOCALHOST, *port).into())
    }

    /// Takes the port of the Parameter Store.
    ///
    /// # Errors
    /// [`DevError::Endpoint`]
    pub(crate) async fn endpoint(&self) -> Result<BoundEndpoint, DevError> {
        let port = self.endpoint;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Endpoint::bind(address).await.map_err(|source| DevError::Endpoint { port, source })
    }

    /// Checks the ports now, since people know these ports best, and the edge locations listen last.
    fn free(self) -> Result<Self, DevError> {
        let is_taken = |address: &SocketAddr| {
            TcpListener::bind(address).is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
        };
        let taken = self.edges().find(is_taken);
        match taken {
            Some(address) => Err(ListenError::InUse(address).into()),
            None => Ok(self),
        }
    }
}
