//! The load balancer as a server. The core decides where a request goes; here are connections, open requests, health
//! checks, and the clock that the core gets its time from.

mod body;
mod checks;
mod exchange;
mod headers;
mod lanes;
mod overview;
mod server;
mod traffic;
mod tunnel;

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use edge_time::Clock;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::balancer::Balancer;
use crate::route::Chance;
use checks::Checks;
use lanes::Lanes;
use traffic::Traffic;

pub use overview::{ActionOverview, GroupOverview, TargetOverview};
pub use server::Server;
pub use traffic::{SPAN, SPANS};

/// The longest wait for a connection to a target (page `load-balancer-troubleshooting`, "HTTP 504").
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The time between two looks at draining targets and at the health checks that are due.
const LOOK: Duration = Duration::from_millis(200);

/// Draws the random numbers of a request.
pub type Draw = Box<dyn Fn() -> Chance + Send + Sync>;

/// A load balancer that forwards requests over HTTP. [`Server`] gives it a port for each listener.
pub struct LoadBalancer {
    balancer: Arc<RwLock<Balancer>>,
    clock: Arc<dyn Clock>,
    draw: Draw,
    client: Client<HttpConnector, Incoming>,
    lanes: Lanes,
    checks: Checks,
    traffic: Traffic,
}

impl LoadBalancer {
    /// Forwards by the settings of `balancer`, which an [`api`](crate::api) may change.
    #[must_use]
    pub fn new(balancer: Arc<RwLock<Balancer>>, clock: Arc<dyn Clock>, draw: Draw) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(connector.clone());
        let checks = Checks::new(connector);
        let (lanes, traffic) = (Lanes::default(), Traffic::default());
        Self { balancer, clock, draw, client, lanes, checks, traffic }
    }

    /// Lets time pass until it is dropped: drained targets leave, and targets are checked.
    pub async fn run(&self) {
        // A slow check must not keep a target.
        let advance = async {
            let mut ticks = ticks();
            loop {
                ticks.tick().await;
                self.advance();
            }
        };
        let check = async {
            let mut ticks = ticks();
            loop {
                ticks.tick().await;
                self.check_targets().await;
            }
        };
        tokio::join!(advance, check);
    }

    /// Removes the targets that have drained. Requests and WebSockets that are still open then are cut.
    pub fn advance(&self) {
        let now = self.clock.now();
        let is_idle = |group: &str, target| self.lanes.is_idle(group, target);
        for (group, target) in self.write().remove_drained(now, is_idle) {
            self.lanes.cut(&group, target);
        }
    }

    /// A change either happens or does not. A poisoned lock therefore still holds valid data.
    fn read(&self) -> RwLockReadGuard<'_, Balancer> {
        self.balancer.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Balancer> {
        self.balancer.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Random numbers, seeded by the standard library.
#[must_use]
pub fn random() -> Draw {
    let (state, count) = (RandomState::new(), AtomicU64::new(0));
    Box::new(move || {
        let number = count.fetch_add(1, Ordering::Relaxed);
        Chance { group: state.hash_one((number, 0)), target: state.hash_one((number, 1)) }
    })
}

fn ticks() -> Interval {
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
