use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::Result;
use edge_time::SystemClock;
use ssm_sim::{ActiveFault, Endpoint, Extent, Fault, ParameterStore, Put};
use tokio::runtime::Runtime;

pub(crate) const NAME: &str = "/shop/plan";
pub(crate) const REGION: &str = "eu-central-1";

/// No latency, for calls that are counted: its extent counts them down.
const COUNTED: Fault = Fault::Latency { ms: 0 };
/// More calls than any command makes.
const MANY: u32 = 1000;

/// A plan after a promote, so that it can be rolled back.
pub(crate) const PROMOTED: &str = r#"{
  "schema": 1, "revision": 17, "rollout": "r12",
  "releases": {
    "41ab03d": { "prefix": "/releases/41ab03d", "origins": { "api": "blue-alb.example.com" } },
    "9f2c1e7": { "prefix": "/releases/9f2c1e7", "origins": { "api": "green-alb.example.com" } }
  },
  "stages": [
    { "from": "2026-11-20T09:00:00Z", "weights": [["41ab03d", 100]] },
    { "from": "2026-11-21T10:00:00Z", "weights": [["9f2c1e7", 100]] }
  ]
}"#;

/// A Parameter Store on loopback, on its own thread.
pub(crate) struct Store {
    runtime: Runtime,
    parameters: ParameterStore,
    endpoint: Endpoint,
}

impl Store {
    pub(crate) fn start() -> Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let parameters = ParameterStore::new(Arc::new(SystemClock)).in_region(REGION);
        let any_port = (Ipv4Addr::LOCALHOST, 0).into();
        let endpoint = runtime.block_on(Endpoint::start(parameters.clone(), any_port))?;
        Ok(Self { runtime, parameters, endpoint })
    }

    pub(crate) fn url(&self) -> String {
        self.endpoint.url()
    }

    /// Writes [`PROMOTED`]. Returns its version.
    pub(crate) fn promote(&self) -> Result<u64> {
        let put =
            Put { name: NAME.into(), value: PROMOTED.into(), overwrite: true, ..Put::default() };
        Ok(self.runtime.block_on(self.parameters.put(put))?)
    }

    pub(crate) fn version(&self) -> Result<u64> {
        Ok(self.runtime.block_on(self.parameters.get(NAME))?.version)
    }

    /// Counts the reads from now on.
    pub(crate) fn count_reads(&self) {
        self.parameters.faults().reads.switch_on(COUNTED, Extent::Next(MANY));
    }

    /// The reads since [`Self::count_reads`].
    pub(crate) fn reads(&self) -> u32 {
        let in_force = self.parameters.faults().reads.in_force();
        let left = in_force.iter().find_map(|ActiveFault { fault, extent }| match extent {
            Extent::Next(left) if *fault == COUNTED => Some(*left),
            Extent::Next(_) | Extent::All => None,
        });
        MANY - left.unwrap_or(0)
    }
}
