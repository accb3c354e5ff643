use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use edge_time::Timestamp;
use http::header::SET_COOKIE;
use http::{Request, Response};
use http_cache_semantics::{AfterResponse, BeforeRequest, CacheOptions, CachePolicy};

/// A browser's own cache. `http-cache-semantics` has the rules.
#[derive(Debug, Default)]
pub(crate) struct HttpCache {
    entries: HashMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    policy: CachePolicy,
    response: Response<Bytes>,
}

/// What the cache has for a request.
pub(crate) enum Found {
    /// An answer that is fresh.
    Fresh(Response<Bytes>),
    /// Nothing that is: this is to be asked instead, with conditions where there is something old.
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

    /// What is there, however old: what a browser shows when its viewer goes back.
    pub(crate) fn remembered(&self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        self.entries.get(&url(request)).map(|entry| entry.response.clone())
    }

    /// Takes in an answer. After a 304 it is the whole one that comes back; cookies are set when they come,
    /// never again from here.
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
