//! The cache's part: hit, miss, what is kept, and who waits for whom.

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
    /// Answers from the cache, or from the origin.
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
        let key = CacheKey::of(policy, &self.cloudfront.distribution.domain_name, request);
        let mut collapse = self.behavior.collapses(method.as_str());
        loop {
            match self.edge.find(&key, collapse, self.now()) {
                Found::Fresh(stored) => return Ok(self.hit(&key, method, request, &stored)),
                Found::Missing(stale, _flight) => {
                    let at_once = self.while_revalidating(&key, method, request, stale.as_ref());
                    let asked = Asked { key, method, request, stale };
                    let filled = self.fill(asked, body).await;
                    return at_once.map_or(filled, Ok);
                }
                Found::Underway(mut flight) => {
                    // It has ended once its sender is gone: that is the only news there is.
                    while flight.changed().await.is_ok() {}
                    collapse = Collapse::Alone;
                }
            }
        }
    }

    fn hit(
        &mut self,
        key: &CacheKey,
        method: &Method,
        request: &Request,
        stored: &Stored,
    ) -> Reply {
        self.looked_up(key, CacheResult::Hit);
        from_cache(stored, method, request, CacheResult::Hit)
    }

    /// What the viewer gets whatever the origin is about to say: an expired object whose origin allows that
    /// (page `Expiration`).
    fn while_revalidating(
        &mut self,
        key: &CacheKey,
        method: &Method,
        request: &Request,
        stale: Option<&Stored>,
    ) -> Option<Reply> {
        let max_ttl = self.behavior.cache_policy.max_ttl;
        let at_once = stale.filter(|stored| stored.serves_while_revalidating(max_ttl));
        let result = if at_once.is_some() { CacheResult::Hit } else { CacheResult::Miss };
        self.looked_up(key, result);
        at_once.map(|stored| from_cache(stored, method, request, result))
    }

    /// Asks the origin, and keeps what may be kept.
    async fn fill(&mut self, asked: Asked<'_>, body: Bytes) -> Passed<Reply> {
        let confirmable = asked.stale.as_ref().filter(|_| !self.behavior.forwards_cookies());
        let Fetched { response, origin } = self.fetch(asked.request, body, confirmable).await?;
        let ttl = Ttl {
            policy: &self.behavior.cache_policy,
            error_ttls: &self.cloudfront.distribution.error_ttls,
            origin,
        };
        if response.status() == StatusCode::NOT_MODIFIED && confirmable.is_some() {
            return Ok(self.refresh(&asked, &response, &ttl));
        }
        if response.status().is_server_error()
            && let Some(stored) = &asked.stale
            && stored.serves_on_error(self.behavior.cache_policy.max_ttl)
        {
            return Ok(self.stand_in(&asked, &response, stored, &ttl));
        }
        self.keep(&asked, &response, &ttl);
        // A HEAD brings no body, so that its length and its parts are the origin's to tell.
        let response = match *asked.method {
            Method::HEAD => response,
            _ => answer(&response, asked.method, &conditions(asked.request)),
        };
        Ok(Reply::new(response, CacheResult::Miss))
    }

    fn keep(&mut self, asked: &Asked<'_>, response: &Response<Bytes>, ttl: &Ttl<'_>) {
        // What has no body to it must not stand for the object.
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

    /// The origin has said that the object is still right.
    fn refresh(&mut self, asked: &Asked<'_>, news: &Response<Bytes>, ttl: &Ttl<'_>) -> Reply {
        let now = self.now();
        let refreshed =
            self.edge.cache(|cache| cache.refresh(&asked.key, news.headers(), ttl, now));
        match refreshed.or_else(|| asked.stale.clone()) {
            Some(stored) => {
                self.kept(stored.ttl);
                from_cache(&stored, asked.method, asked.request, CacheResult::RefreshHit)
            }
            None => Reply::new(news.clone(), CacheResult::Miss),
        }
    }

    /// The origin has failed: the expired object is served, and the origin left alone for as long as its error
    /// would be kept (page `custom-error-pages-expiration`).
    fn stand_in(
        &mut self,
        asked: &Asked<'_>,
        failure: &Response<Bytes>,
        stored: &Stored,
        ttl: &Ttl<'_>,
    ) -> Reply {
        let now = self.now();
        if let Some(pause) = ttl.of(failure.status(), failure.headers(), now) {
            self.edge.cache(|cache| cache.hold(&asked.key, pause, now));
        }
        from_cache(stored, asked.method, asked.request, CacheResult::Hit)
    }

    /// What is kept for no time at all is kept for outages only, and not worth a word.
    fn kept(&mut self, ttl: Duration) {
        if !ttl.is_zero() {
            self.exchange.steps.push(Step::Kept { seconds: ttl.as_secs() });
        }
    }

    fn looked_up(&mut self, key: &CacheKey, result: CacheResult) {
        self.exchange.steps.push(Step::Lookup { key: key.to_string(), result });
    }
}

/// A request that the cache could not answer.
struct Asked<'a> {
    key: CacheKey,
    method: &'a Method,
    request: &'a Request,
    stale: Option<Stored>,
}

fn from_cache(stored: &Stored, method: &Method, request: &Request, result: CacheResult) -> Reply {
    Reply::of_age(answer(&stored.response, method, &conditions(request)), result, stored.age)
}

/// What a viewer asks of an object, as the viewer-request function left it.
fn conditions(request: &Request) -> HeaderMap {
    let mut map = HeaderMap::new();
    for name in [IF_NONE_MATCH, IF_MODIFIED_SINCE, RANGE, IF_RANGE] {
        let value = request.headers.get(name.as_str()).and_then(wire::value);
        map.extend(value.map(|value| (name, value)));
    }
    map
}
