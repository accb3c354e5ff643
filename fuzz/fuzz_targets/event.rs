//! Whatever JSON arrives: an event that can be read is written as it came, and every handler answers
//! it with something that CloudFront takes.
#![no_main]

use std::sync::Arc;

use edge_config::Config;
use edge_event::{Event, Trigger, check};
use lambda_host::Deps;
use libfuzzer_sys::fuzz_target;
use edge_time::{ManualClock, Timestamp};
use plan_store::MemoryStore;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

/// 2026-11-22T10:10:00Z, in the canary stage of the plan.
const NOW: Timestamp = Timestamp(1_795_342_200_000);

thread_local! {
    static WORLD: (Runtime, Deps) = {
        let config = Config::from_toml(include_str!("../../fixtures/config/shop-release-header.toml"));
        let store = MemoryStore::new(include_str!("../../fixtures/plans/good/shop-ramp.json"));
        let clock = ManualClock::new(NOW);
        let deps = Deps::new(config.expect("a fixture"), Arc::new(store), Arc::new(clock));
        (Builder::new_current_thread().enable_time().build().expect("a runtime"), deps)
    };
}

fuzz_target!(|data: &[u8]| {
    let Ok(event) = Event::from_slice(data) else { return };
    let document: Value = serde_json::from_slice(data).expect("an event is JSON");
    assert_eq!(event.to_value(), document, "written as it came");
    if event.response.is_none() && !event.trigger().is_request() {
        return; // Not an event of CloudFront's: there is nothing that could go back.
    }
    let already = check(&event, &event.passthrough());
    assert!(already.is_empty(), "what CloudFront sent is no violation: {already:?}");
    WORLD.with(|(runtime, deps)| {
        let handled = match event.trigger() {
            Trigger::ViewerRequest => runtime.block_on(viewer_request::handle(event.clone(), deps)),
            Trigger::OriginRequest => runtime.block_on(origin_request::handle(event.clone(), deps)),
            Trigger::OriginResponse => runtime.block_on(origin_response::handle(event.clone(), deps)),
            Trigger::ViewerResponse => return,
        };
        let violations = check(&event, &handled.outcome);
        assert!(violations.is_empty(), "{violations:?}");
    });
});
