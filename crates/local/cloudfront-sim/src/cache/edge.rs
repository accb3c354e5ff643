use std::time::Duration;

use bytes::Bytes;
use edge_time::Timestamp;
use http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED, SET_COOKIE,
};
use http::{HeaderMap, HeaderName, Response};
use lru::LruCache;

use super::directives::Directives;
use super::{CacheKey, InvalidationPath, Stored, Ttl};

/// The most bytes in the cache of one edge location.
const CAPACITY: usize = 256 << 20;
/// The bytes that an object takes besides its body, for its key and headers. So even objects without a body fill
/// the cache.
const OVERHEAD: usize = 2 << 10;
/// Headers that describe a body. Those of a 304 do not replace the object's.
const OF_THE_BODY: [HeaderName; 4] =
    [CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE];

/// The objects in the cache of an edge location. If it is full, the least recently used objects go.
pub(crate) struct EdgeCache {
    objects: LruCache<CacheKey, Object>,
    bytes: usize,
    capacity: usize,
}

struct Object {
    response: Response<Bytes>,
    confirmed: Timestamp,
    ttl: Duration,
    /// After the origin has failed, it is not asked again until this time.
    held_until: Timestamp,
}

/// The result of a lookup.
#[derive(Debug)]
pub(crate) enum Lookup {
    /// The object is within its TTL.
    Fresh(Stored),
    /// The object is past its TTL, but may be served: its origin failed a moment ago.
    Held(Stored),
    /// The object is past its TTL. It can be revalidated, and served if the origin fails.
    Stale(Stored),
    /// There is no object.
    Absent,
}

/// One cached object, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectSummary {
    /// The cache key as text.
    pub key: String,
    /// The path that an invalidation path is compared with.
    pub path: String,
    /// The status of the response.
    pub status: u16,
    /// The length of the body.
    pub bytes: usize,
    /// When the origin sent or confirmed the object.
    pub confirmed: Timestamp,
    /// How long the object is fresh, counted from `confirmed`.
    pub ttl: Duration,
}

impl EdgeCache {
    /// An empty cache.
    pub(crate) fn new() -> EdgeCache {
        EdgeCache::with_capacity(CAPACITY)
    }

    /// An empty cache with this capacity in bytes.
    pub(crate) fn with_capacity(capacity: usize) -> EdgeCache {
        EdgeCache { objects: LruCache::unbounded(), bytes: 0, capacity }
    }

    /// Looks up `key`.
    pub(crate) fn lookup(&mut self, key: &CacheKey, now: Timestamp) -> Lookup {
        let Some(object) = self.objects.get(key) else { return Lookup::Absent };
        let stored = object.stored(now);
        if stored.age < stored.ttl {
            Lookup::Fresh(stored)
        } else if now < object.held_until {
            Lookup::Held(stored)
        } else {
            Lookup::Stale(stored)
        }
    }

    /// Stores a response, and replaces an object with the same key. With `no-cache="Set-Cookie"` the cookies are
    /// left out.
    pub(crate) fn store(
        &mut self,
        key: CacheKey,
        mut response: Response<Bytes>,
        ttl: Duration,
        now: Timestamp,
    ) {
        if Directives::of(response.headers()).withholds_cookies() {
            response.headers_mut().remove(SET_COOKIE);
        }
        self.evict(&key);
        let object = Object { response, confirmed: now, ttl, held_until: now };
        self.bytes += object.bytes();
        self.objects.put(key, object);
        while self.bytes > self.capacity && self.evict_one() {}
    }

    /// Updates the object with the headers of the origin's 304, which also give the new TTL. `revalidated` is the
    /// object that the origin was asked about. `None` if the object is gone, may not be stored any longer, or was
    /// replaced meanwhile, since the 304 does not apply to another object.
    pub(crate) fn refresh(
        &mut self,
        key: &CacheKey,
        revalidated: &Stored,
        headers: &HeaderMap,
        ttl: &Ttl<'_>,
        now: Timestamp,
    ) -> Option<Stored> {
        if !is_same(&self.objects.peek(key)?.response, &revalidated.response) {
            return None;
        }
        let mut response = self.take(key)?.response;
        replace(response.headers_mut(), headers);
        let ttl = ttl.of(response.status(), response.headers(), now)?;
        self.store(key.clone(), response, ttl, now);
        self.objects.peek(key).map(|object| object.stored(now))
    }

    /// Makes the object [`Lookup::Held`] for `ttl`, after its origin has failed.
    pub(crate) fn hold(&mut self, key: &CacheKey, ttl: Duration, now: Timestamp) {
        if let Some(object) = self.objects.get_mut(key) {
            object.held_until = later(now, ttl);
        }
    }

    /// Removes all variants of the objects that match `path`. Returns their number.
    pub(crate) fn invalidate(&mut self, path: &InvalidationPath) -> usize {
        let keys = self.objects.iter().map(|(key, _)| key);
        let matched: Vec<_> = keys.filter(|key| path.matches(&key.path())).cloned().collect();
        for key in &matched {
            self.evict(key);
        }
        matched.len()
    }

    /// Removes one object, as CloudFront does when it needs space. Returns whether it existed.
    pub(crate) fn evict(&mut self, key: &CacheKey) -> bool {
        self.take(key).is_some()
    }

    /// Removes the least recently used object. Returns whether there was one.
    pub(crate) fn evict_one(&mut self) -> bool {
        let evicted = self.objects.pop_lru();
        self.bytes -= evicted.as_ref().map_or(0, |(_, object)| object.bytes());
        evicted.is_some()
    }

    /// All objects, the most recently used first.
    pub(crate) fn objects(&self) -> Vec<ObjectSummary> {
        self.objects.iter().map(|(key, object)| object.summary(key)).collect()
    }

    fn take(&mut self, key: &CacheKey) -> Option<Object> {
        let object = self.objects.pop(key)?;
        self.bytes -= object.bytes();
        Some(object)
    }
}

impl Object {
    fn bytes(&self) -> usize {
        OVERHEAD + self.response.body().len()
    }

    fn stored(&self, now: Timestamp) -> Stored {
        Stored { response: self.response.clone(), age: between(self.confirmed, now), ttl: self.ttl }
    }

    fn summary(&self, key: &CacheKey) -> ObjectSummary {
        ObjectSummary {
            key: key.to_string(),
            path: key.path(),
            status: self.response.status().as_u16(),
            bytes: self.response.body().len(),
            confirmed: self.confirmed,
            ttl: self.ttl,
        }
    }
}

/// Whether two responses have the same validators.
fn is_same(one: &Response<Bytes>, other: &Response<Bytes>) -> bool {
    [ETAG, LAST_MODIFIED].iter().all(|name| one.headers().get(name) == other.headers().get(name))
}

/// Replaces headers by those of the same name in `new`.
fn replace(headers: &mut HeaderMap, new: &HeaderMap) {
    for name in new.keys().filter(|name| !OF_THE_BODY.contains(name)) {
        headers.remove(name);
        for value in new.get_all(name) {
            headers.append(name, value.clone());
        }
    }
}

/// The time from `from` to `to`; zero if the clock went back.
fn between(Timestamp(from): Timestamp, Timestamp(to): Timestamp) -> Duration {
    Duration::from_millis(to.saturating_sub(from).try_into().unwrap_or_default())
}

fn later(Timestamp(from): Timestamp, by: Duration) -> Timestamp {
    Timestamp(from.saturating_add(by.as_millis().try_into().unwrap_or(i64::MAX)))
}
