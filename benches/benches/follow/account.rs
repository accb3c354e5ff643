use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, RwLock};

use alb_sim::{Balancer, Condition, Forward, Target, WeightedGroup, api};
use anyhow::{Context, Result};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use edge_time::SystemClock;
use ssm_sim::{Endpoint, ParameterStore, Put};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

pub(crate) const REGION: &str = "eu-central-1";
pub(crate) const PARAMETER: &str = "/shop/plan";

/// A tenth of the traffic for green.
const PLAN: &str = r#"{
  "schema": 1, "revision": 17, "rollout": "r12",
  "releases": { "41ab03d": { "slot": "blue" }, "9f2c1e7": { "slot": "green" } },
  "stages": [
    { "from": "2026-11-20T09:00:00Z", "weights": [["41ab03d", 100]] },
    { "from": "2026-11-21T10:00:00Z", "weights": [["41ab03d", 90], ["9f2c1e7", 10]] }
  ]
}"#;

/// A Parameter Store and a load balancer on loopback, on their own thread. The load balancer has the shares of the plan.
pub(crate) struct Account {
    _runtime: Runtime,
    store: Endpoint,
    balancer: Arc<RwLock<Balancer>>,
    pub(crate) balancer_url: String,
    pub(crate) rule: String,
    pub(crate) groups: [String; 2],
    calls: Arc<AtomicU32>,
}

impl Account {
    pub(crate) fn start() -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let clock = Arc::new(SystemClock);
        let parameters = ParameterStore::new(clock.clone()).in_region(REGION);
        let put = Put { name: PARAMETER.into(), value: PLAN.into(), ..Put::default() };
        runtime.block_on(parameters.put(put))?;
        let store =
            runtime.block_on(Endpoint::start(parameters, (Ipv4Addr::LOCALHOST, 0).into()))?;

        let mut balancer = Balancer::new("shop", REGION);
        let target = |host| vec![Target::healthy(([10, 0, 0, host], 80).into())];
        let groups =
            [balancer.add_group("blue", target(1))?, balancer.add_group("green", target(2))?];
        let [blue, green] = &groups;
        let listener = balancer.add_listener(80, Forward::to(blue))?;
        let weighted = |arn: &str, weight| WeightedGroup { arn: arn.into(), weight };
        let shares = Forward::try_new(vec![weighted(blue, 90), weighted(green, 10)], Some(60))?;
        let path = Condition::PathPattern(vec!["/api/*".into()]);
        let rule = balancer.add_rule(&listener, 10, vec![path], shares)?;
        let balancer = Arc::new(RwLock::new(balancer));

        let calls = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&calls);
        let count = from_fn(move |request: Request, next: Next| {
            counted.fetch_add(1, Ordering::SeqCst);
            next.run(request)
        });
        let router = api(Arc::clone(&balancer), clock).layer(count);
        let socket = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let balancer_url = format!("http://{}", socket.local_addr()?);
        runtime.spawn(async move { axum::serve(socket, router).await });
        Ok(Self { _runtime: runtime, store, balancer, balancer_url, rule, groups, calls })
    }

    pub(crate) fn store_url(&self) -> String {
        self.store.url()
    }

    /// The calls to the load balancer since the last time.
    pub(crate) fn calls(&self) -> u32 {
        self.calls.swap(0, Ordering::SeqCst)
    }

    /// The whole load balancer in words.
    pub(crate) fn state(&self) -> Result<String> {
        let balancer = self.balancer.read().ok().context("the load balancer has panicked")?;
        Ok(format!("{balancer:?}"))
    }
}
