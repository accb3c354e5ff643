//! The cache: hits, misses, storing, and request collapsing.

use std::time::Duration;

use bytes::Bytes;
use edge_event::Request;
use http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE};
use http::{HeaderMap, Method, Response, StatusCode};

use crate::cache::{CacheKey, Stored, Ttl, answer};
use crate::edge::{Collapse, Found};
use crate::exchange::{CacheResult, Step};
use crate::fetch::Fetched;
use crate::reply::{Passed, Reply};
use crate::visit::Visit;
use crate::wire;

impl Visit<'_> {
    /// Answers from the cache or the origin.
    ///
    /// # Errors
    /// The viewer's reply when a function fails.
    pub(crate) async fn respond(
        &mut self,
        method: &Method,
        request: &Request,
        body: Bytes,
    ) -> Passed<Reply> {
        if !self.behavior.caches(method.as_str()) {
            let fetched = self.fetch(request, body, None).await?;
            return Ok(Reply::new(fetched.response, CacheResult::Miss));
        }
        let policy = &self.behavior.cache_policy;
        let key = CacheKey::of(policy, &self.distribution.domain_name, request);
        let asked = CacheRequest { key, method, request };
        let mut collapse = self.behavior.collapses(method.as_str());
        loop {
            match self.edge.find(&asked.key, collapse, self.now()) {
                Found::Fresh(stored) => {
                    self.looked_up(&asked.key, CacheResult::Hit);
                    return Ok(asked.of_cache(&stored, CacheResult::Hit));
                }
                Found::Missing(stale, _fetch) => {
                    let at_once = self.while_revalidating(&asked, stale.as_ref());
                    let filled = self.fill(asked, stale, body).await;
                    return at_once.map_or(filled, Ok);
                }
                Found::Underway(mut fetch) => {
                    // Nothing is ever sent: an error means that the sender is dropped, so the fetch has ended.
                    while fetch.changed().await.is_ok() {}
                    collapse = Collapse::Alone;
                }
            }
        }
    }

    /// An expired object that the viewer gets at once, if `stale-while-revalidate` allows it (page
    /// `Expiration`).
    fn while_revalidating(
        &mut self,
        asked: &CacheRequest<'_>,
        stale: Option<&Stored>,
    ) -> Option<Reply> {
        let max_ttl = self.behavior.cache_policy.max_ttl;
        let at_once = stale.filter(|stored| stored.serves_while_revalidating(max_ttl));
        let result = if at_once.is_some() { CacheResult::Hit } else { CacheResult::Miss };
        self.looked_up(&asked.key, result);
        at_once.map(|stored| asked.of_cache(stored, result))
    }

    /// Asks the origin, and caches the response if that is allowed.
    async fn fill(
        &mut self,
        asked: CacheRequest<'_>,
        stale: Option<Stored>,
        body: Bytes,
    ) -> Passed<Reply> {
        let confirmable = stale.as_ref().filter(|_| !self.behavior.forwards_cookies());
        let Fetched { response, origin } = self.fetch(asked.request, body, confirmable).await?;
        let ttl = Ttl {
            policy: &self.behavior.cache_policy,
            error_ttls: &self.distribution.error_ttls,
            origin,
        };
        if let Some(stored) = confirmable
            && response.status() == StatusCode::NOT_MODIFIED
        {
            return Ok(self.refresh(&asked, stored, &response, &ttl));
        }
        if let Some(stored) = &stale
            && response.status().is_server_error()
            && stored.serves_on_error(self.behavior.cache_policy.max_ttl)
        {
            return Ok(self.serve_stale(&asked, stored, &response, &ttl));
        }
        self.keep(&asked, &response, &ttl);
        Ok(asked.of_origin(response))
    }

    fn keep(&mut self, asked: &CacheRequest<'_>, response: &Response<Bytes>, ttl: &Ttl<'_>) {
        // A response without the body must not replace the object.
        if asked.method == Method::HEAD || response.status() == StatusCode::NOT_MODIFIED {
            return;
        }
        let now = self.now();
        match ttl.of(response.status(), response.headers(), now) {
            Some(ttl) => {
                let (key, response) = (asked.key.clone(), response.clone());
                self.edge.cache(|cache| cache.store(key, response, ttl, now));
                self.kept(ttl);
            }
            None => {
                self.edge.cache(|cache| cache.evict(&asked.key));
            }
        }
    }

    /// The origin has answered 304: the object has not changed.
    fn refresh(
        &mut self,
        asked: &CacheRequest<'_>,
        stored: &Stored,
        news: &Response<Bytes>,
        ttl: &Ttl<'_>,
    ) -> Reply {
        let now = self.now();
        let refreshed =
            self.edge.cache(|cache| cache.refresh(&asked.key, stored, news.headers(), ttl, now));
        if let Some(refreshed) = &refreshed {
            self.kept(refreshed.ttl);
        }
        asked.of_cache(refreshed.as_ref().unwrap_or(stored), CacheResult::RefreshHit)
    }

    /// The origin has failed: serves the expired object. The origin is not asked again for as long as its error
    /// would be cached (page `custom-error-pages-expiration`).
    fn serve_stale(
        &mut self,
        asked: &CacheRequest<'_>,
        stored: &Stored,
        failure: &Response<Bytes>,
        ttl: &Ttl<'_>,
    ) -> Reply {
        let now = self.now();
        if let Some(pause) = ttl.of(failure.status(), failure.headers(), now) {
            self.edge.cache(|cache| cache.hold(&asked.key, pause, now));
        }
        asked.of_cache(stored, CacheResult::Hit)
    }

    /// Records a TTL. An object with TTL zero is kept only for outages, so it is not recorded.
    fn kept(&mut self, ttl: Duration) {
        if !ttl.is_zero() {
            self.exchange.steps.push(Step::Kept { seconds: ttl.as_secs() });
        }
    }

    fn looked_up(&mut self, key: &CacheKey, result: CacheResult) {
        self.exchange.steps.push(Step::Lookup { key: key.to_string(), result });
    }
}

/// A request to the cache.
struct CacheRequest<'a> {
    key: CacheKey,
    method: &'a Method,
    request: &'a Request,
}

impl CacheRequest<'_> {
    fn of_cache(&self, stored: &Stored, result: CacheResult) -> Reply {
        Reply::of_age(self.answer(&stored.response), result, stored.age)
    }

    /// A HEAD that reached the origin has no body, so its `Content-Length` is the origin's.
    fn of_origin(&self, response: Response<Bytes>) -> Reply {
        let fetched_as_head = self.method == Method::HEAD;
        let response = if fetched_as_head { response } else { self.answer(&response) };
        Reply::new(response, CacheResult::Miss)
    }

    fn answer(&self, response: &Response<Bytes>) -> Response<Bytes> {
        answer(response, self.method, &conditions(self.request))
    }
}

/// The conditions and the range of a request, as the viewer-request function returned it.
fn conditions(request: &Request) -> HeaderMap {
    let mut map = HeaderMap::new();
    for name in [IF_NONE_MATCH, IF_MODIFIED_SINCE, RANGE, IF_RANGE] {
        let value = request.headers.get(name.as_str()).and_then(wire::value);
        map.extend(value.map(|value| (name, value)));
    }
    map
}
