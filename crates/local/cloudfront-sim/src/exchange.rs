use std::fmt;
use std::time::Instant;

use bytes::Bytes;
use edge_event::Trigger;
use edge_time::Timestamp;
use http::Request;
use http::uri::PathAndQuery;

use crate::distribution::EdgeLocation;
use crate::function::FunctionError;

/// One viewer request, with everything that happened to it in order.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// `X-Amz-Cf-Id`.
    pub id: String,
    /// When it came.
    pub at: Timestamp,
    /// Where it came in.
    pub edge: EdgeLocation,
    /// The method.
    pub method: String,
    /// Path and query as the viewer sent them.
    pub url: String,
    /// The path pattern of its behavior; `Default (*)` for the default one.
    pub behavior: String,
    /// What happened, first things first.
    pub steps: Vec<Step>,
    /// How it ended, as `X-Cache` says it.
    pub result: CacheResult,
    /// The status that the viewer got.
    pub status: u16,
    /// Real time from request to response, in microseconds.
    pub micros: u64,
}

impl Exchange {
    /// A request that has just come in. Until it has ended, it counts as an error.
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

/// Real time, for people.
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
        /// The result's JSON, or why there is none.
        result: Result<Bytes, FunctionError>,
        /// The rules that the result broke; the viewer got a 502.
        violations: Vec<String>,
        /// Real time, in microseconds.
        micros: u64,
    },
    /// The cache was asked.
    Lookup {
        /// The cache key, for people.
        key: String,
        /// `Hit`, or `Miss` also for an object past its TTL.
        result: CacheResult,
    },
    /// An origin was asked.
    Origin {
        /// Its domain name.
        domain_name: String,
        /// Path and query as they went over the wire.
        url: String,
        /// Its status, or why there is none.
        status: Result<u16, String>,
        /// Real time, in microseconds.
        micros: u64,
    },
    /// The answer was kept for this many seconds.
    Kept {
        /// How long.
        seconds: u64,
    },
}

/// How the cache took part; `X-Cache` and `x-edge-result-type` say it (page `standard-logs-reference`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CacheResult {
    /// From the cache.
    Hit,
    /// The origin confirmed what the cache had.
    RefreshHit,
    /// From the origin.
    Miss,
    /// An error, from the origin or CloudFront's own.
    Error,
    /// A function's own answer.
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
