use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::uri::Authority;
use tokio_util::sync::{CancellationToken, DropGuard};

/// The open requests and WebSockets of all targets. Dropping it cuts them.
pub(super) struct Lanes {
    by_group: Mutex<ByGroup>,
    all: CancellationToken,
    _at_the_end: DropGuard,
}

/// The ARNs of target groups, and their targets.
type ByGroup = HashMap<String, HashMap<SocketAddr, Arc<Lane>>>;

/// What is open to one target.
struct Lane {
    authority: Authority,
    requests: AtomicUsize,
    tunnels: AtomicUsize,
    cut: CancellationToken,
}

/// One open request or WebSocket, until it is dropped.
pub(super) struct UnderWay {
    lane: Arc<Lane>,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Request,
    Tunnel,
}

/// How much is open to a target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) requests: usize,
    pub(super) tunnels: usize,
}

impl Default for Lanes {
    fn default() -> Self {
        let all = CancellationToken::new();
        Self { by_group: Mutex::default(), _at_the_end: all.clone().drop_guard(), all }
    }
}

impl Lanes {
    /// Begins a request to a target of a group.
    pub(super) fn enter(&self, group: &str, target: SocketAddr) -> UnderWay {
        let mut by_group = self.lock();
        let known = by_group.get(group).and_then(|lanes| lanes.get(&target));
        let lane = known.map(Arc::clone).unwrap_or_else(|| {
            let lane = Arc::new(Lane::new(target, &self.all));
            by_group.entry(group.into()).or_default().insert(target, Arc::clone(&lane));
            lane
        });
        UnderWay::new(lane, Kind::Request)
    }

    pub(super) fn open(&self, group: &str, target: SocketAddr) -> Open {
        let by_group = self.lock();
        let lane = by_group.get(group).and_then(|lanes| lanes.get(&target));
        lane.map(|lane| lane.open()).unwrap_or_default()
    }

    pub(super) fn is_idle(&self, group: &str, target: SocketAddr) -> bool {
        self.open(group, target) == Open::default()
    }

    /// Ends everything that is open to the target.
    pub(super) fn cut(&self, group: &str, target: SocketAddr) {
        if let Some(lane) = self.lock().get_mut(group).and_then(|lanes| lanes.remove(&target)) {
            lane.cut.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, ByGroup> {
        self.by_group.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    fn new(target: SocketAddr, all: &CancellationToken) -> Self {
        let authority = target.to_string().parse();
        Self {
            authority: authority.expect("an address with a port is an authority"),
            requests: AtomicUsize::new(0),
            tunnels: AtomicUsize::new(0),
            cut: all.child_token(),
        }
    }

    fn open(&self) -> Open {
        let count = |kind| self.count(kind).load(Ordering::Acquire);
        Open { requests: count(Kind::Request), tunnels: count(Kind::Tunnel) }
    }

    fn count(&self, kind: Kind) -> &AtomicUsize {
        match kind {
            Kind::Request => &self.requests,
            Kind::Tunnel => &self.tunnels,
        }
    }
}

impl UnderWay {
    fn new(lane: Arc<Lane>, kind: Kind) -> Self {
        lane.count(kind).fetch_add(1, Ordering::AcqRel);
        Self { lane, kind }
    }

    /// The request has become a WebSocket.
    pub(super) fn into_tunnel(self) -> Self {
        Self::new(Arc::clone(&self.lane), Kind::Tunnel)
    }

    /// Cancelled when the deregistration delay is over.
    pub(super) fn cut(&self) -> CancellationToken {
        self.lane.cut.clone()
    }

    /// The address of the target.
    pub(super) fn authority(&self) -> Authority {
        self.lane.authority.clone()
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.lane.count(self.kind).fetch_sub(1, Ordering::AcqRel);
    }
}
