//! `edgeswitch dev` over HTTP: the same visit with the functions in process and as packages, and what the
//! page refuses.
mod browser;
mod buttons;
mod guard;
mod invoke_api;
mod visit;

use std::time::Duration;

use edgeswitch_dev::{DevArgs, LocalCloudFront};

/// Longer than the hard TTL of the sample, 5 s, and a slow machine's trouble.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks at whether something has come about.
const LOOK: Duration = Duration::from_millis(50);

async fn sample(args: DevArgs) -> LocalCloudFront {
    LocalCloudFront::start(&DevArgs { port: Some(0), ..args }).await.unwrap()
}
