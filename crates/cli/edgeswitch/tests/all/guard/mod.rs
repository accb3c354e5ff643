//! The guard, on virtual time: what it does alone, what it refuses, and how it dies.

mod chores;
mod gated;
mod killed;
mod night;
mod ramps;
mod refused;

use std::time::Duration;

use edge_time::{Clock, Timestamp};
use tokio::time::sleep;

use crate::ramp::world::{Ran, World};

/// A ramp of two steps, ten minutes each, watched for five.
const RAMP: &str = "ramp 9f2c1e7 --steps 10,100 --every 10m --bake 5m --alarm errors --guarded -y";

impl World {
    /// One run of the guard.
    async fn guard(&self) -> Ran {
        self.run("guard --once -y").await
    }

    /// Runs the guard every minute.
    async fn minutes(&self, count: u32) {
        for _ in 0..count {
            sleep(Duration::from_secs(60)).await;
            self.guard().await;
        }
    }

    /// Starts [`RAMP`]. The command returns at once, as if its terminal was closed.
    async fn ramp(&self) {
        self.guard().await;
        let ran = self.run(RAMP).await;
        assert_eq!(ran.exit, edgeswitch::Exit::Done, "{ran:?}");
    }

    fn version(&self) -> u64 {
        self.cloud.store.peek(crate::ramp::world::NAME).unwrap().version
    }

    /// The changes on the bus: what and who.
    fn told(&self) -> Vec<String> {
        let bus = self.cloud.edge.bus.lock().unwrap();
        let line = |detail: &String| {
            let detail: serde_json::Value = serde_json::from_str(detail).unwrap();
            format!("{} by {}", detail["what"].as_str().unwrap(), detail["who"].as_str().unwrap())
        };
        bus.iter().map(line).collect()
    }

    fn ago(&self, seconds: i64) -> Timestamp {
        Timestamp(self.clock.now().0 - seconds * 1000)
    }
}
