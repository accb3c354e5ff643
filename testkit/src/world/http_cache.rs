use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use edge_time::Timestamp;
use http::header::SET_COOKIE;
use http::{Request, Response};
use http_cache_semantics::{AfterResponse, BeforeRequest, CacheOptions, CachePolicy};

/// A browser's HTTP cache. `http-cache-semantics` implements the rules.
#[derive(Debug, Default)]
pub(crate) struct HttpCache {
    entries: HashMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    policy: CachePolicy,
    response: Response<Bytes>,
}

/// The result of a lookup.
pub(crate) enum Found {
    /// A fresh answer.
    Fresh(Response<Bytes>),
    /// No fresh answer: send this request. It is conditional if there is a stale answer.
    Ask(Request<Bytes>),
}

impl HttpCache {
    pub(crate) fn look_up(&self, request: Request<Bytes>, now: Timestamp) -> Found {
        let Some(entry) = self.entries.get(&url(&request)) else { return Found::Ask(request) };
        match entry.policy.before_request(&request, system_time(now)) {
            BeforeRequest::Fresh(parts) => {
                Found::Fresh(Response::from_parts(parts, entry.response.body().clone()))
            }
            BeforeRequest::Stale { request: parts, .. } => {
                Found::Ask(Request::from_parts(parts, request.into_body()))
            }
        }
    }

    /// The stored answer, however old. A browser shows it when its viewer goes back.
    pub(crate) fn remembered(&self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        self.entries.get(&url(request)).map(|entry| entry.response.clone())
    }

    /// Stores an answer without its cookies: an answer from the cache sets no cookies again. Returns the
    /// answer, or after a 304 the whole stored answer.
    pub(crate) fn take_in(
        &mut self,
        request: &Request<Bytes>,
        response: Response<Bytes>,
        now: Timestamp,
    ) -> Response<Bytes> {
        let (url, now) = (url(request), system_time(now));
        let response = match self.entries.get(&url) {
            Some(entry) => match entry.policy.after_response(request, &response, now) {
                AfterResponse::NotModified(_, mut parts) => {
                    parts.headers.remove(SET_COOKIE);
                    Response::from_parts(parts, entry.response.body().clone())
                }
                AfterResponse::Modified(_, _) => response,
            },
            None => response,
        };
        let private = CacheOptions { shared: false, ..CacheOptions::default() };
        let policy = CachePolicy::new_options(request, &response, now, private);
        if policy.is_storable() {
            let mut kept = response.clone();
            kept.headers_mut().remove(SET_COOKIE);
            self.entries.insert(url, Entry { policy, response: kept });
        } else {
            self.entries.remove(&url);
        }
        response
    }
}

fn url(request: &Request<Bytes>) -> String {
    request.uri().to_string()
}

fn system_time(Timestamp(milliseconds): Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default())
}
