use std::fmt;
use std::time::Instant;

use bytes::Bytes;
use edge_event::Trigger;
use edge_time::Timestamp;
use http::Request;
use http::uri::PathAndQuery;

use crate::distribution::EdgeLocation;
use crate::function::FunctionError;

/// One viewer request, with everything that happened to it, in order.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// `X-Amz-Cf-Id`.
    pub id: String,
    /// When it arrived.
    pub at: Timestamp,
    /// The edge location that answered it.
    pub edge: EdgeLocation,
    pub method: String,
    /// Path and query string, as the viewer sent them.
    pub url: String,
    /// The path pattern of its behavior; `Default (*)` for the default behavior.
    pub behavior: String,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The result in `X-Cache`.
    pub result: CacheResult,
    /// The status that the viewer got.
    pub status: u16,
    /// The time from request to response in microseconds, on the real clock.
    pub micros: u64,
}

impl Exchange {
    /// A request that has just arrived. Until it has ended, it counts as an error.
    pub(crate) fn begin(
        id: String,
        at: Timestamp,
        edge: &EdgeLocation,
        request: &Request<Bytes>,
    ) -> Self {
        let url = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        Self {
            id,
            at,
            edge: edge.clone(),
            method: request.method().to_string(),
            url: url.into(),
            behavior: String::new(),
            steps: Vec::new(),
            result: CacheResult::Error,
            status: 0,
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
        status: Result<u16, String>,
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
