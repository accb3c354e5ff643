use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use edge_time::Timestamp;
use futures_util::future::join_all;
use http::header::USER_AGENT;
use http::{Request, Uri};
use http_body_util::Empty;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

use super::LoadBalancer;
use crate::health_check::{HealthCheck, Streak};

/// The `User-Agent` of health checks (page `target-group-health-checks`).
const AGENT: &str = "ELB-HealthChecker/2.0";

/// The health checks of all targets.
pub(super) struct Checks {
    client: Client<HttpConnector, Empty<Bytes>>,
    states: Mutex<HashMap<Key, State>>,
}

/// The ARN of a target group, and one of its targets.
type Key = (String, SocketAddr);

struct State {
    streak: Streak,
    due: Timestamp,
}

impl Checks {
    /// Each check has a connection of its own, so that a server which takes no more is found.
    pub(super) fn new(connector: HttpConnector) -> Self {
        let client =
            Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        Self { client, states: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn passes(&self, target: SocketAddr, check: &HealthCheck) -> bool {
        let Ok(uri) = format!("http://{target}{}", check.path).parse::<Uri>() else { return false };
        let request = Request::get(uri).header(USER_AGENT, AGENT).body(Empty::new());
        let Ok(request) = request else { return false };
        let answer = timeout(check.timeout, self.client.request(request)).await;
        answer.is_ok_and(|answer| answer.is_ok_and(|answer| check.is_passed_by(answer.status())))
    }
}

impl LoadBalancer {
    /// Checks the targets whose time has come, all at once. Each is due when it was registered, and then after each
    /// interval.
    pub async fn check_targets(&self) {
        let due = self.due();
        join_all(due.into_iter().map(|(key, check)| self.check(key, check))).await;
    }

    fn due(&self) -> Vec<(Key, HealthCheck)> {
        let now = self.clock.now();
        let balancer = self.read();
        let mut states = self.checks.lock();
        states.retain(|(group, target), _| {
            let targets = balancer.group(group).map_or(&[][..], |group| group.targets());
            targets.iter().any(|one| one.address == *target && one.health.is_registered())
        });
        let mut due = Vec::new();
        for group in balancer.groups() {
            let registered = group.targets().iter().filter(|one| one.health.is_registered());
            for target in registered {
                let key = (group.arn().to_owned(), target.address);
                let state = states.entry(key.clone());
                let state = state.or_insert(State { streak: Streak::default(), due: now });
                if state.due <= now {
                    let interval = group.health_check().interval.as_millis();
                    state.due = Timestamp(now.0 + i64::try_from(interval).unwrap_or(i64::MAX));
                    due.push((key, group.health_check().clone()));
                }
            }
        }
        due
    }

    async fn check(&self, key: Key, check: HealthCheck) {
        let passes = self.checks.passes(key.1, &check).await;
        let streak = {
            let mut states = self.checks.lock();
            let Some(state) = states.get_mut(&key) else { return };
            state.streak.add(passes);
            state.streak
        };
        let (group, target) = key;
        let mut balancer = self.write();
        let targets = balancer.group(&group).map_or(&[][..], |group| group.targets());
        if let Some(found) = targets.iter().find(|one| one.address == target) {
            let health = check.judge(found.health, streak);
            balancer.set_health(&group, target, health);
        }
    }
}
