//! The same attacks through the packages: the binaries answer as the functions in this process do.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context, Result};
use bytes::Bytes;
use cloudfront_sim::{EdgeLocation, FunctionError, FunctionHost, Step};
use edge_event::Trigger;
use edge_time::{Clock, SystemClock};
use functions_in_process::{Environment, InProcess, SimulatedParameter};
use lambda_sim::{Options, Packages};
use serde_json::Value;
use ssm_sim::{Endpoint, ParameterStore, Put};
use testkit::packages;
use testkit::world::PARAMETER;
use tokio::runtime::Builder;

use crate::attacks::attack::attacks;
use crate::attacks::victims::{Scene, send};
use crate::attacks::{canary, malformed, promoted};

/// The events of all functions during the attacks, and the surroundings of the functions.
struct Recorded {
    events: Vec<(Trigger, Bytes)>,
    config: edge_config::Config,
    plan: String,
}

/// Attacks a world, on virtual time.
fn record(scene: impl Future<Output = Scene>) -> Result<Recorded> {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
    Ok(runtime.block_on(async {
        let scene = scene.await;
        let mut events = Vec::new();
        for attack in attacks(SystemClock.now(), scene.held()) {
            scene.forget();
            let exchange = send(&scene.attacker(), &attack).await;
            let steps = exchange.into_iter().flat_map(|exchange| exchange.steps);
            events.extend(steps.filter_map(|step| match step {
                Step::Function { trigger, event, .. } => Some((trigger, event)),
                Step::Lookup { .. } | Step::Origin { .. } | Step::Kept { .. } => None,
            }));
        }
        let world = scene.world();
        Recorded { events, config: world.config().clone(), plan: world.plan_text() }
    }))
}

/// A function's answer, or that there is none.
fn answer(result: Result<Bytes, FunctionError>) -> Option<Value> {
    serde_json::from_slice(&result.ok()?).ok()
}

async fn compare(Recorded { mut events, config, plan }: Recorded) -> Result<usize> {
    let odd = malformed::events().into_iter().map(|event| (Trigger::ViewerRequest, event.into()));
    events.extend(odd);
    let home = &config.parameter.home_region;
    let store = ParameterStore::new(Arc::new(SystemClock)).in_region(home);
    store.put(Put { name: PARAMETER.into(), value: plan, ..Put::default() }).await?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let endpoint = Endpoint::start(store.clone(), address).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("edgeswitch.json");
    fs::write(&file, config.to_json())?;
    let variables = BTreeMap::from([
        ("AWS_ENDPOINT_URL_SSM".to_owned(), endpoint.url()),
        ("EDGESWITCH_CONFIG".to_owned(), file.display().to_string()),
    ]);
    let binaries = Packages::open(&packages(), Options { variables, ..Options::default() })?;
    let parameter = Arc::new(SimulatedParameter::new(store, PARAMETER));
    let in_process = InProcess::new(config, move |_, trigger| Environment {
        store: parameter.clone(),
        clock: Arc::new(SystemClock),
        seed: trigger as u64,
    });
    let edge = EdgeLocation("EDGE0".into());
    for (trigger, event) in &events {
        let ours = in_process.function(&edge, *trigger).context("no function")?;
        let theirs = binaries.function(&edge, *trigger).context("no function")?;
        let expected = answer(ours.invoke(event.clone()).await);
        let got = answer(theirs.invoke(event.clone()).await);
        assert_eq!(got, expected, "{trigger}: {}", String::from_utf8_lossy(event));
    }
    Ok(events.len())
}

#[test]
#[ignore = "needs `make setup` and `make package`"]
fn the_binaries_answer_every_attack_as_the_functions_in_this_process_do() -> Result<()> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    for recorded in [record(canary())?, record(promoted())?] {
        let compared = runtime.block_on(compare(recorded))?;
        println!("{compared} events");
        assert!(compared > 400, "{compared} events");
    }
    Ok(())
}
