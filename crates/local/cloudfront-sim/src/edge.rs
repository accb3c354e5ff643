//! One edge location: its cache, and the fetches that other requests wait for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use edge_time::Timestamp;
use tokio::sync::watch;

use crate::cache::{CacheKey, EdgeCache, InvalidationPath, Lookup, ObjectSummary, Stored};
use crate::distribution::{Distribution, EdgeLocation};
use crate::request_id;

/// A running edge location.
pub(crate) struct Edge {
    /// The value of `X-Amz-Cf-Pop`.
    pub(crate) location: EdgeLocation,
    /// The value of `Via`, for requests to origins and responses to viewers.
    pub(crate) via: String,
    distribution: RwLock<Arc<Distribution>>,
    state: Mutex<State>,
}

struct State {
    cache: EdgeCache,
    /// The fetches under way, by key. When the sender is dropped, the fetch has ended.
    pending: HashMap<CacheKey, watch::Receiver<()>>,
}

/// The result of a lookup.
pub(crate) enum Found<'a> {
    /// The object may be served.
    Fresh(Stored),
    /// Another request is fetching the same object: wait for it.
    Underway(watch::Receiver<()>),
    /// Ask the origin. There may be an expired object.
    Missing(Option<Stored>, Option<PendingFetch<'a>>),
}

/// Request collapsing: whether a request waits for another one for the same object (page
/// `RequestAndResponseBehaviorCustomOrigin`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Collapse {
    /// The request waits for others, and others wait for it.
    Wait,
    /// The request asks the origin itself.
    Alone,
}

impl Edge {
    pub(crate) fn new(location: &EdgeLocation, distribution: Arc<Distribution>) -> Self {
        let state = State { cache: EdgeCache::new(), pending: HashMap::new() };
        let via = format!("1.1 {} (CloudFront)", request_id::server(&location.0));
        let (distribution, state) = (RwLock::new(distribution), Mutex::new(state));
        Self { location: location.clone(), via, distribution, state }
    }

    /// The configuration that the edge location has.
    pub(crate) fn distribution(&self) -> Arc<Distribution> {
        Arc::clone(&self.distribution.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn deploy(&self, distribution: Arc<Distribution>) {
        *self.distribution.write().unwrap_or_else(PoisonError::into_inner) = distribution;
    }

    /// Looks up an object. If there is none, decides whether this request fetches it or waits.
    pub(crate) fn find(&self, key: &CacheKey, collapse: Collapse, now: Timestamp) -> Found<'_> {
        let mut state = self.state();
        let stale = match state.cache.lookup(key, now) {
            Lookup::Fresh(stored) | Lookup::Held(stored) => return Found::Fresh(stored),
            Lookup::Stale(stored) => Some(stored),
            Lookup::Absent => None,
        };
        if collapse == Collapse::Alone {
            return Found::Missing(stale, None);
        }
        if let Some(fetch) = state.pending.get(key) {
            return Found::Underway(fetch.clone());
        }
        let (ended, fetch) = watch::channel(());
        state.pending.insert(key.clone(), fetch);
        Found::Missing(stale, Some(PendingFetch { edge: self, key: key.clone(), _ended: ended }))
    }

    /// Changes the cache.
    pub(crate) fn cache<T>(&self, change: impl FnOnce(&mut EdgeCache) -> T) -> T {
        change(&mut self.state().cache)
    }

    pub(crate) fn invalidate(&self, path: &InvalidationPath) -> usize {
        self.state().cache.invalidate(path)
    }

    pub(crate) fn objects(&self) -> Vec<ObjectSummary> {
        self.state().cache.objects()
    }

    /// Nothing panics in the middle of a change, so a poisoned lock still holds valid data.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request to the origin that others wait for. Dropping it wakes them, even if it failed.
pub(crate) struct PendingFetch<'a> {
    edge: &'a Edge,
    key: CacheKey,
    _ended: watch::Sender<()>,
}

impl Drop for PendingFetch<'_> {
    fn drop(&mut self) {
        self.edge.state().pending.remove(&self.key);
    }
}
