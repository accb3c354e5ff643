//! A CloudFront distribution on loopback.
//!
//! It answers a viewer's request like CloudFront: behavior, triggers, cache key, a cache per edge location,
//! origin. It checks the results of functions by CloudFront's rules. It never decides a release itself.
//! `DIFFERENCES.md` lists the differences from CloudFront.
//!
//! Start reading at [`CloudFront::send`].

mod accept_encoding;
mod admit;
mod api;
mod cache;
mod check;
mod distribution;
mod edge;
mod engine;
mod error_page;
mod exchange;
mod fetch;
mod forward;
mod function;
mod import;
mod listener;
mod logs;
mod origin;
mod policy;
mod reply;
mod request_id;
mod respond;
mod response;
mod response_headers;
mod trigger;
mod visit;
mod wire;

pub use accept_encoding::AcceptEncoding;
pub use api::api;
pub use cache::{InvalidationPath, InvalidationPathError, ObjectSummary};
pub use distribution::{
    Behavior, Distribution, DistributionError, EdgeLocation, ErrorPage, Methods, OriginGroup,
    OriginSettings,
};
pub use engine::CloudFront;
pub use exchange::{CacheResult, Connection, Exchange, Protocol, Step};
pub use function::{Function, FunctionError, FunctionHost, Invocation};
pub use import::{ImportError, ImportProblem, ImportedDistribution, PolicyKind, SavedDistribution};
pub use listener::{KnownHosts, ListenError, Listener, ListenerOptions, Site, Tls, TlsError};
pub use logs::{LogFolder, log_header, log_row};
pub use origin::{
    BaseUrlError, HttpOrigin, Missing, Network, OriginError, OriginServer, S3Folder, Served,
};
pub use policy::{CachePolicy, Names, OriginRequestPolicy};
pub use response_headers::{ResponseHeader, ResponseHeadersPolicy, WhichWins};
