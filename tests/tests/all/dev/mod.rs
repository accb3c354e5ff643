//! `edgeswitch dev` over HTTP: the same visit with the functions in process and as packages, and the requests
//! that the page refuses.
mod balancer;
mod browser;
mod buttons;
mod guard;
mod invoke_api;
mod logs;
mod saved;
mod visit;

use std::time::Duration;

use edgeswitch_dev::{DevArgs, LocalCloudFront};

/// Longer than the sample's hard TTL, 5 s, even on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// The time between two checks of a condition.
const LOOK: Duration = Duration::from_millis(50);

async fn sample(args: DevArgs) -> LocalCloudFront {
    LocalCloudFront::start(&DevArgs { port: Some(0), ..args }).await.unwrap()
}
