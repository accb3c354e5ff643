use std::io;
use std::net::SocketAddr;

use thiserror::Error;

/// Why a listener cannot bind its address, and what to do about it.
#[derive(Debug, Error)]
pub enum ListenError {
    /// Another program listens there.
    #[error(
        "port {} of `{}` is in use: end what listens there, or choose another port (0 takes a free one)",
        .0.port(), .0.ip()
    )]
    InUse(SocketAddr),
    /// The port is reserved.
    #[error("port {} of `{}` is not allowed: choose one from 1024 to 65535", .0.port(), .0.ip())]
    NotAllowed(SocketAddr),
    /// This machine does not have the address.
    #[error("`{}` is not an address of this machine: choose `127.0.0.1`", .0.ip())]
    NoSuchAddress(SocketAddr),
    /// Any other error.
    #[error("cannot listen on `{0}`: {1}")]
    Other(SocketAddr, #[source] io::Error),
}

impl ListenError {
    pub(super) fn new(address: SocketAddr, error: io::Error) -> Self {
        let kind = error.kind();
        if kind == io::ErrorKind::AddrInUse {
            Self::InUse(address)
        } else if kind == io::ErrorKind::PermissionDenied {
            Self::NotAllowed(address)
        } else if kind == io::ErrorKind::AddrNotAvailable {
            Self::NoSuchAddress(address)
        } else {
            Self::Other(address, error)
        }
    }
}
