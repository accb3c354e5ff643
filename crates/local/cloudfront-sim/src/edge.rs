//! One edge location: its cache, and the requests to the origin that others wait for.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use edge_time::Timestamp;
use tokio::sync::watch;

use crate::cache::{CacheKey, EdgeCache, InvalidationPath, Lookup, ObjectSummary, Stored};
use crate::distribution::EdgeLocation;
use crate::request_id;

/// An edge location at run time.
pub(crate) struct Edge {
    /// Its name, as `X-Amz-Cf-Pop` says it.
    pub(crate) location: EdgeLocation,
    /// `Via` on requests to origins and responses to viewers.
    pub(crate) via: String,
    state: Mutex<State>,
}

struct State {
    cache: EdgeCache,
    /// The keys for which an origin is being asked. A flight has ended when its sender is gone.
    flights: HashMap<CacheKey, watch::Receiver<()>>,
}

/// What an edge location has for a request.
pub(crate) enum Found<'a> {
    /// An object that may be served.
    Fresh(Stored),
    /// Nobody may be served yet: somebody else is asking the origin for the same object.
    Underway(watch::Receiver<()>),
    /// The origin must be asked. There may be an expired object.
    Missing(Option<Stored>, Option<Flight<'a>>),
}

/// Whether a request may wait for another one for the same object (page
/// `RequestAndResponseBehaviorCustomOrigin`, request collapsing).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Collapse {
    /// It waits, and others wait for it.
    Wait,
    /// It asks the origin by itself.
    Alone,
}

impl Edge {
    pub(crate) fn new(location: &EdgeLocation) -> Self {
        let state = State { cache: EdgeCache::new(), flights: HashMap::new() };
        let via = format!("1.1 {} (CloudFront)", request_id::server(&location.0));
        Self { location: location.clone(), via, state: Mutex::new(state) }
    }

    /// Looks for an object; without one, says who asks the origin.
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
        if let Some(flight) = state.flights.get(key) {
            return Found::Underway(flight.clone());
        }
        let (ended, flight) = watch::channel(());
        state.flights.insert(key.clone(), flight);
        Found::Missing(stale, Some(Flight { edge: self, key: key.clone(), _ended: ended }))
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

    /// Every change of the state is whole before anything can panic, so a poisoned lock is as good.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request to the origin for which others wait; they go on when it is dropped, however it ended.
pub(crate) struct Flight<'a> {
    edge: &'a Edge,
    key: CacheKey,
    _ended: watch::Sender<()>,
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.edge.state().flights.remove(&self.key);
    }
}
