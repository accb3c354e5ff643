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

/// The most bytes that one edge location keeps.
const CAPACITY: usize = 256 << 20;
/// What an object takes besides its body: its key, its headers. No object is free, so that those without a
/// body fill the cache, too.
const OVERHEAD: usize = 2 << 10;
/// What a 304 says about no body, its own or the object's.
const OF_THE_BODY: [HeaderName; 4] =
    [CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE];

/// The objects that an edge location keeps; for want of room those that were not asked for longest go.
pub(crate) struct EdgeCache {
    objects: LruCache<CacheKey, Object>,
    bytes: usize,
    capacity: usize,
}

struct Object {
    response: Response<Bytes>,
    confirmed: Timestamp,
    ttl: Duration,
    /// Until when the origin is left alone after it failed.
    held_until: Timestamp,
}

/// What the cache has for a request.
#[derive(Debug)]
pub(crate) enum Lookup {
    /// An object within its TTL.
    Fresh(Stored),
    /// One past its TTL, to be served all the same: its origin failed a moment ago.
    Held(Stored),
    /// One past its TTL: for asking the origin whether it is still right, and in its place when that fails.
    Stale(Stored),
    /// Nothing.
    Absent,
}

/// One object, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectSummary {
    /// Its cache key.
    pub key: String,
    /// What an invalidation path has to match.
    pub path: String,
    /// Its status.
    pub status: u16,
    /// The length of its body.
    pub bytes: usize,
    /// When the origin gave or confirmed it.
    pub confirmed: Timestamp,
    /// How long from then on it is fresh.
    pub ttl: Duration,
}

impl EdgeCache {
    /// A cache without objects.
    pub(crate) fn new() -> EdgeCache {
        EdgeCache::with_capacity(CAPACITY)
    }

    /// A cache without objects that keeps so many bytes.
    pub(crate) fn with_capacity(capacity: usize) -> EdgeCache {
        EdgeCache { objects: LruCache::unbounded(), bytes: 0, capacity }
    }

    /// What there is for `key`.
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

    /// Keeps an answer, in place of what there was. With `no-cache="Set-Cookie"` its cookies are left out.
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

    /// Takes over the headers of the origin's 304 to `asked`, and with them the object's new TTL. `None` if the
    /// object is gone, was to be kept no longer, or is another one meanwhile: of that the 304 says nothing.
    pub(crate) fn refresh(
        &mut self,
        key: &CacheKey,
        asked: &Stored,
        headers: &HeaderMap,
        ttl: &Ttl<'_>,
        now: Timestamp,
    ) -> Option<Stored> {
        if !is_same(&self.objects.peek(key)?.response, &asked.response) {
            return None;
        }
        let mut response = self.take(key)?.response;
        replace(response.headers_mut(), headers);
        let ttl = ttl.of(response.status(), response.headers(), now)?;
        self.store(key.clone(), response, ttl, now);
        self.objects.peek(key).map(|object| object.stored(now))
    }

    /// Leaves the origin alone for `ttl` after it failed: until then the object is [`Lookup::Held`].
    pub(crate) fn hold(&mut self, key: &CacheKey, ttl: Duration, now: Timestamp) {
        if let Some(object) = self.objects.get_mut(key) {
            object.held_until = later(now, ttl);
        }
    }

    /// Removes all variants of what matches `path`, and says how many there were.
    pub(crate) fn invalidate(&mut self, path: &InvalidationPath) -> usize {
        let keys = self.objects.iter().map(|(key, _)| key);
        let matched: Vec<_> = keys.filter(|key| path.matches(&key.path())).cloned().collect();
        for key in &matched {
            self.evict(key);
        }
        matched.len()
    }

    /// Removes one object, as CloudFront does when it needs the room, and says whether it was there.
    pub(crate) fn evict(&mut self, key: &CacheKey) -> bool {
        self.take(key).is_some()
    }

    /// Removes the object that was not asked for longest, and says whether there was one.
    pub(crate) fn evict_one(&mut self) -> bool {
        let evicted = self.objects.pop_lru();
        self.bytes -= evicted.as_ref().map_or(0, |(_, object)| object.bytes());
        evicted.is_some()
    }

    /// All objects, those first that were asked for last.
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

/// Puts the headers of `new` in the place of those of the same name.
fn replace(headers: &mut HeaderMap, new: &HeaderMap) {
    for name in new.keys().filter(|name| !OF_THE_BODY.contains(name)) {
        headers.remove(name);
        for value in new.get_all(name) {
            headers.append(name, value.clone());
        }
    }
}

/// The time from `from` to `to`, zero if a clock went back.
fn between(Timestamp(from): Timestamp, Timestamp(to): Timestamp) -> Duration {
    Duration::from_millis(to.saturating_sub(from).try_into().unwrap_or_default())
}

fn later(Timestamp(from): Timestamp, by: Duration) -> Timestamp {
    Timestamp(from.saturating_add(by.as_millis().try_into().unwrap_or(i64::MAX)))
}
