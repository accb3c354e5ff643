use std::fmt;
use std::net::IpAddr;
use std::time::Instant;

use bytes::Bytes;
use edge_event::Trigger;
use edge_time::Timestamp;
use http::uri::PathAndQuery;
use http::{HeaderMap, Request, Version};

use crate::distribution::EdgeLocation;
use crate::function::FunctionError;
use crate::origin::OriginError;

/// One viewer request, with everything that happened to it, in order.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// `X-Amz-Cf-Id`.
    pub id: String,
    /// When it arrived.
    pub at: Timestamp,
    /// When the response was complete, on the distribution's clock.
    pub ended: Timestamp,
    /// The domain name of the distribution.
    pub domain_name: String,
    /// The address of the viewer.
    pub viewer: IpAddr,
    /// The viewer's connection, if it came over one.
    pub connection: Option<Connection>,
    /// The HTTP version of the request.
    pub version: Version,
    /// The edge location that answered it.
    pub edge: EdgeLocation,
    pub method: String,
    /// Path and query string, as the viewer sent them.
    pub url: String,
    /// The headers that the viewer sent.
    pub request_headers: HeaderMap,
    /// The length of the request's body.
    pub request_bytes: usize,
    /// The path pattern of its behavior; `Default (*)` for the default behavior.
    pub behavior: String,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// How long the origin took that was asked last, in milliseconds on the distribution's clock.
    pub origin_ms: Option<i64>,
    /// The result in `X-Cache`.
    pub result: CacheResult,
    /// The status that the viewer got.
    pub status: u16,
    /// The headers that the viewer got.
    pub response_headers: HeaderMap,
    /// The length of the body that the viewer got.
    pub response_bytes: usize,
    /// Whether the viewer closed the connection before the response was there.
    pub has_left: bool,
    /// The time from request to response in microseconds, on the real clock.
    pub micros: u64,
}

/// The connection of a viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection {
    /// The viewer's port.
    pub port: u16,
    pub protocol: Protocol,
}

/// The protocol of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    Http,
    Https,
}

impl Exchange {
    /// A request that has just arrived. Until it has ended, it counts as an error.
    pub(crate) fn begin(
        id: String,
        at: Timestamp,
        edge: &EdgeLocation,
        viewer: IpAddr,
        request: &Request<Bytes>,
    ) -> Self {
        let url = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        Self {
            id,
            at,
            ended: at,
            domain_name: String::new(),
            viewer,
            connection: request.extensions().get().copied(),
            version: request.version(),
            edge: edge.clone(),
            method: request.method().to_string(),
            url: url.into(),
            request_headers: request.headers().clone(),
            request_bytes: request.body().len(),
            behavior: String::new(),
            steps: Vec::new(),
            origin_ms: None,
            result: CacheResult::Error,
            status: 0,
            response_headers: HeaderMap::new(),
            response_bytes: 0,
            has_left: false,
            micros: 0,
        }
    }
}

/// The time since `began`, on the real clock.
pub(crate) fn micros_since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Something that happened to a request.
#[derive(Debug, Clone)]
pub enum Step {
    /// A function ran.
    Function {
        /// The trigger.
        trigger: Trigger,
        /// The event's JSON.
        event: Bytes,
        /// The result's JSON, or why the function gave none.
        result: Result<Bytes, FunctionError>,
        /// The rules that the result broke. If there are any, the viewer got a 502.
        violations: Vec<String>,
        /// The duration in microseconds, on the real clock.
        micros: u64,
    },
    /// The cache lookup.
    Lookup {
        /// The cache key, as text.
        key: String,
        /// `Hit` or `Miss`. An object past its TTL is a miss.
        result: CacheResult,
    },
    /// A request to an origin.
    Origin {
        /// Its domain name.
        domain_name: String,
        /// Path and query string of the request to the origin.
        url: String,
        /// The status, or why there was no answer.
        status: Result<u16, OriginError>,
        /// The duration in microseconds, on the real clock.
        micros: u64,
    },
    /// The response was cached.
    Kept {
        /// The TTL.
        seconds: u64,
    },
}

/// The result in `X-Cache` and `x-edge-result-type` (page `standard-logs-reference`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CacheResult {
    /// From the cache.
    Hit,
    /// The origin confirmed an expired object.
    RefreshHit,
    /// From the origin.
    Miss,
    /// An error of the origin or of CloudFront.
    Error,
    /// A response that a function generated.
    LambdaGeneratedResponse,
    /// A function broke a rule: 502.
    LambdaValidationError,
    /// A function failed: 503.
    LambdaExecutionError,
    /// A function was throttled: 503.
    LambdaLimitExceeded,
}

impl CacheResult {
    /// The word in `X-Cache`, before `from cloudfront`.
    pub fn as_str(self) -> &'static str {
        match self {
            CacheResult::Hit => "Hit",
            CacheResult::RefreshHit => "RefreshHit",
            CacheResult::Miss => "Miss",
            CacheResult::Error => "Error",
            CacheResult::LambdaGeneratedResponse => "LambdaGeneratedResponse",
            CacheResult::LambdaValidationError => "LambdaValidationError",
            CacheResult::LambdaExecutionError => "LambdaExecutionError",
            CacheResult::LambdaLimitExceeded => "LambdaLimitExceeded",
        }
    }
}

impl fmt::Display for CacheResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
