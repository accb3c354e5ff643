mod hop_by_hop;
mod http_origin;
mod network;
mod s3;

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use edge_event::Origin;
use http::{Request, Response};
use thiserror::Error;

pub use http_origin::{BaseUrlError, HttpOrigin};
pub use network::Network;
pub use s3::{Missing, S3Folder};

/// An origin's answer that is under way.
pub type Served<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, OriginError>> + Send + 'a>>;

/// What answers for a domain name.
pub trait OriginServer: Send + Sync {
    /// Answers `request`, whose URI is the path and query as they go over the wire, the origin's path in
    /// front; `origin` is as the origin-request trigger left it, with its timeouts.
    fn serve<'a>(&'a self, request: Request<Bytes>, origin: &'a Origin) -> Served<'a>;
}

/// Why an origin gave no answer (page `http-502-bad-gateway`, `http-504-gateway-timeout`).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OriginError {
    /// Nothing has this domain name.
    #[error("nothing answers for `{0}`")]
    UnknownDomain(String),
    /// No connection came about.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// No answer within the origin's timeout.
    #[error("no answer in time")]
    TimedOut,
    /// The answer was no HTTP.
    #[error("no valid answer: {0}")]
    Invalid(String),
}
