//! Responses to the viewer: CloudFront's headers and error pages.

use std::time::Duration;

use bytes::Bytes;
use edge_time::Timestamp;
use http::header::{AGE, CONTENT_TYPE, VIA};
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, Version};

use crate::edge::Edge;
use crate::exchange::{CacheResult, Exchange};
use crate::{response, wire};

/// A response for the viewer, with its result for `X-Cache`.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) response: Response<Bytes>,
    pub(crate) result: CacheResult,
}

/// The outcome of a step: the request continues, or the viewer gets this reply at once.
pub(crate) type Passed<T> = Result<T, Box<Reply>>;

impl Reply {
    pub(crate) fn new(response: Response<Bytes>, result: CacheResult) -> Self {
        Self { response, result }
    }

    /// An object from the cache, with its age.
    pub(crate) fn of_age(
        mut response: Response<Bytes>,
        result: CacheResult,
        age: Duration,
    ) -> Self {
        response.headers_mut().insert(AGE, HeaderValue::from(age.as_secs()));
        Self { response, result }
    }

    /// CloudFront's own error page.
    pub(crate) fn error(status: u16, result: CacheResult) -> Self {
        Self { response: error_page(status), result }
    }

    /// Adds the headers of every CloudFront response, and records the result in the exchange.
    pub(crate) fn finish(
        self,
        edge: &Edge,
        now: Timestamp,
        method: &Method,
        mut exchange: Exchange,
    ) -> (Response<Bytes>, Exchange) {
        let mut response = self.response;
        exchange.result = result(self.result, response.status());
        exchange.status = response.status().as_u16();
        // The viewer's protocol version does not depend on the origin's.
        *response.version_mut() = Version::HTTP_11;
        wire::strip(response.headers_mut());
        response::complete(&mut response, method.as_str(), now);
        let map = response.headers_mut();
        wire::put(map, VIA, &edge.via);
        wire::put(map, X_CACHE, &format!("{} from cloudfront", exchange.result));
        wire::put(map, X_AMZ_CF_POP, &edge.location.0);
        wire::put(map, X_AMZ_CF_ID, &exchange.id);
        if *method == Method::HEAD {
            *response.body_mut() = Bytes::new();
        }
        (response, exchange)
    }
}

const X_CACHE: HeaderName = HeaderName::from_static("x-cache");
const X_AMZ_CF_POP: HeaderName = HeaderName::from_static("x-amz-cf-pop");
/// CloudFront also sends it to origins.
pub(crate) const X_AMZ_CF_ID: HeaderName = HeaderName::from_static("x-amz-cf-id");

/// The response if there is no such edge location. A real viewer would not reach CloudFront.
pub(crate) fn no_such_edge(mut exchange: Exchange) -> (Response<Bytes>, Exchange) {
    exchange.status = 421;
    (error_page(421), exchange)
}

/// CloudFront's error page. It has no internal details.
pub(crate) fn error_page(status: u16) -> Response<Bytes> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let code = status.as_u16();
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>ERROR: The request could not be satisfied</title></head>\n\
         <body><h1>{code} ERROR</h1><h2>The request could not be satisfied.</h2></body></html>\n"
    );
    let mut response = Response::new(Bytes::from(page));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

/// An error status makes hits and misses an `Error`. A function's failure keeps its own result.
fn result(result: CacheResult, status: StatusCode) -> CacheResult {
    match result {
        CacheResult::Hit | CacheResult::RefreshHit | CacheResult::Miss
            if status.is_client_error() || status.is_server_error() =>
        {
            CacheResult::Error
        }
        CacheResult::Hit
        | CacheResult::RefreshHit
        | CacheResult::Miss
        | CacheResult::Error
        | CacheResult::LambdaGeneratedResponse
        | CacheResult::LambdaValidationError
        | CacheResult::LambdaExecutionError
        | CacheResult::LambdaLimitExceeded => result,
    }
}
