//! Hostile requests change nothing for other viewers.
//!
//! Each attack meets empty caches. Then two other viewers ask for the object that the attack was after. Their
//! answers are those of a world that was never attacked: the status, the body, the release, the cookies and every
//! header.

mod attack;
mod malformed;
mod packaged;
mod victims;

use std::sync::Arc;

use bytes::Bytes;
use cloudfront_sim::{EdgeLocation, Function, FunctionError, FunctionHost, Invocation};
use edge_event::Trigger;
use edge_time::Clock;
use functions_in_process::{Environment, InProcess};
use serde_json::Value;
use testkit::world::{Surroundings, World, WorldBuilder};

use crate::attacks::attack::attacks;
use crate::attacks::victims::{Scene, send};

/// The fewest attacks that count as a search.
const ENOUGH: usize = 400;

fn decided_at_viewer() -> WorldBuilder {
    World::new().releases(["blue", "green", "red"]).with_second_attempt().exposed()
}

fn decided_on_a_miss() -> WorldBuilder {
    decided_at_viewer().deciding_on_a_miss()
}

/// A canary of green, where releases have shares.
async fn canary() -> Scene {
    let world = decided_at_viewer().start().await;
    world.canary("green", 50.0).await;
    let rollout = rollout(&world);
    Scene::new(world, &format!("green.{rollout}-1"))
}

/// Green after a promote; some viewers still have pages of blue.
async fn promoted() -> Scene {
    let world = decided_on_a_miss().start().await;
    world.promote("green").await;
    Scene::new(world, "blue")
}

fn rollout(world: &World) -> String {
    let plan: Value = serde_json::from_str(&world.plan_text()).unwrap();
    plan["rollout"].as_str().unwrap().to_owned()
}

/// The attacks after which other viewers get something else in `attacked` than in `quiet`.
async fn harm(attacked: &Scene, quiet: &Scene) -> Vec<String> {
    let attacks = attacks(attacked.world().clock().now(), attacked.held());
    assert!(attacks.len() >= ENOUGH, "{} attacks", attacks.len());
    let mut harm = Vec::new();
    for attack in &attacks {
        for scene in [attacked, quiet] {
            scene.forget();
        }
        let (attacker, _) = (attacked.attacker(), quiet.attacker());
        send(&attacker, attack).await;
        let (got, expected) =
            (attacked.clean(attack.target).await, quiet.clean(attack.target).await);
        if got != expected {
            let (name, target) = (&attack.name, attack.target);
            harm.push(format!("{name} ({target:?})\n  {got:?}\n  {expected:?}"));
        }
    }
    harm
}

#[tokio::test(start_paused = true)]
async fn no_attack_reaches_another_viewer() {
    let harm = harm(&canary().await, &canary().await).await;
    assert!(harm.is_empty(), "{} attacks:\n{}", harm.len(), harm.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn no_attack_reaches_another_viewer_where_releases_are_decided_on_a_miss() {
    let harm = harm(&promoted().await, &promoted().await).await;
    assert!(harm.is_empty(), "{} attacks:\n{}", harm.len(), harm.join("\n"));
}

/// viewer-request as it once was: a result over CloudFront's limit goes on as the viewer sent it.
struct Careless(Arc<InProcess>);

struct CarelessFunction(Arc<dyn Function>);

impl FunctionHost for Careless {
    fn function(&self, edge: &EdgeLocation, trigger: Trigger) -> Option<Arc<dyn Function>> {
        let function = self.0.function(edge, trigger)?;
        Some(match trigger {
            Trigger::ViewerRequest => Arc::new(CarelessFunction(function)),
            Trigger::OriginRequest | Trigger::OriginResponse | Trigger::ViewerResponse => function,
        })
    }
}

impl Function for CarelessFunction {
    fn invoke(&self, event: Bytes) -> Invocation<'_> {
        Box::pin(async move {
            let result = self.0.invoke(event.clone()).await?;
            let failed = |error: serde_json::Error| FunctionError::Failed(error.to_string());
            let [event, returned]: [Value; 2] =
                [serde_json::from_slice(&event), serde_json::from_slice(&result)]
                    .map(|json| json.map_err(failed))
                    .into_iter()
                    .collect::<Result<Vec<_>, _>>()?
                    .try_into()
                    .unwrap();
            let was_stamped = returned.pointer("/headers/x-bluegreen-release").is_some();
            let answered = returned.get("status").is_some();
            let sent = &event["Records"][0]["cf"]["request"];
            Ok(if was_stamped || answered { result } else { sent.to_string().into() })
        })
    }
}

/// The search finds the fault that it is for.
#[tokio::test(start_paused = true)]
async fn the_same_attacks_harm_viewers_of_a_function_that_returns_its_event() {
    let config = decided_at_viewer().start().await.config().clone();
    let careless = move |around: Surroundings| -> Arc<dyn FunctionHost> {
        let Surroundings { plan, clock } = around;
        let environment = move |_: &EdgeLocation, trigger: Trigger| Environment {
            store: plan.clone(),
            clock: Arc::new(clock.clone()),
            seed: trigger as u64,
        };
        Arc::new(Careless(Arc::new(InProcess::new(config.clone(), environment))))
    };
    let hard_ttl = std::time::Duration::from_secs(45);
    let world = decided_at_viewer().functions(hard_ttl, careless).start().await;
    world.canary("green", 50.0).await;
    let held = format!("green.{}-1", rollout(&world));
    let attacked = Scene::new(world, &held);
    let harm = harm(&attacked, &canary().await).await;
    assert!(harm.iter().any(|attack| attack.contains("bytes, stamped green")), "{harm:?}");
    drop(attacked.world().watch().take_breaches());
}
