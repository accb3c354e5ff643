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

/// The future of an origin's response.
pub type Served<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, OriginError>> + Send + 'a>>;

/// A server behind a domain name.
pub trait OriginServer: Send + Sync {
    /// Answers `request`. Its URI has the path, with the origin's path in front, and the query string. `origin` is
    /// the one that the origin-request trigger returned, with its timeouts.
    fn serve<'a>(&'a self, request: Request<Bytes>, origin: &'a Origin) -> Served<'a>;
}

/// Why an origin gave no answer (page `http-502-bad-gateway`, `http-504-gateway-timeout`).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OriginError {
    /// No server has this domain name.
    #[error("nothing answers for `{0}`")]
    UnknownDomain(String),
    /// The connection failed.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The origin did not answer within its timeout.
    #[error("no answer in time")]
    TimedOut,
    /// The answer was not valid HTTP.
    #[error("no valid answer: {0}")]
    Invalid(String),
}
