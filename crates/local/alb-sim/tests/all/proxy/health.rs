use std::sync::atomic::Ordering;
use std::time::Duration;

use alb_sim::{Health, HealthCheck};

use super::world::{BackEnd, World};

const INTERVAL: Duration = Duration::from_secs(5);

/// Blue's group also has green's server. Both are checked each 5 s.
async fn checked_world() -> World {
    let world = World::start().await;
    let check =
        HealthCheck { path: "/health".into(), interval: INTERVAL, ..HealthCheck::default() };
    {
        let mut balancer = world.balancer.write().unwrap();
        balancer.set_health_check(&world.groups[0], check).unwrap();
        balancer.register(&world.groups[0], world.green.address).unwrap();
    }
    world
}

fn health(world: &World, of: &BackEnd) -> Health {
    let balancer = world.balancer.read().unwrap();
    let targets = balancer.group(&world.groups[0]).unwrap().targets();
    targets.iter().find(|one| one.address == of.address).unwrap().health
}

async fn check(world: &World) {
    world.pass(INTERVAL);
    world.load_balancer.check_targets().await;
}

#[tokio::test]
async fn a_new_target_needs_one_check() {
    let world = checked_world().await;
    assert_eq!(health(&world, &world.green), Health::Initial);
    check(&world).await;
    assert_eq!(health(&world, &world.green), Health::Healthy);
}

#[tokio::test]
async fn a_target_that_fails_gets_no_requests_until_it_has_recovered() {
    let world = checked_world().await;
    check(&world).await;
    world.blue.health.store(500, Ordering::Relaxed);
    check(&world).await;
    assert_eq!(health(&world, &world.blue), Health::Healthy, "one failure is not enough");
    check(&world).await;
    assert_eq!(health(&world, &world.blue), Health::Unhealthy);
    assert_eq!(world.get("/", &[]).await.text, "green");
    world.blue.health.store(200, Ordering::Relaxed);
    for passed in 1..=5 {
        assert_eq!(health(&world, &world.blue), Health::Unhealthy, "after {passed}");
        check(&world).await;
    }
    assert_eq!(health(&world, &world.blue), Health::Healthy);
    assert_eq!(world.get("/", &[]).await.text, "blue");
}

#[tokio::test]
async fn a_target_is_checked_when_its_interval_is_over() {
    let world = checked_world().await;
    check(&world).await;
    world.blue.health.store(500, Ordering::Relaxed);
    for _ in 0..10 {
        world.load_balancer.check_targets().await;
    }
    assert_eq!(health(&world, &world.blue), Health::Healthy);
}

/// If no target is healthy, all get requests.
#[tokio::test]
async fn a_group_without_a_healthy_target_fails_open() {
    let world = checked_world().await;
    for back_end in [&world.blue, &world.green] {
        back_end.health.store(500, Ordering::Relaxed);
    }
    for _ in 0..2 {
        check(&world).await;
    }
    assert_eq!(health(&world, &world.blue), Health::Unhealthy);
    assert_eq!(world.get("/", &[]).await.text, "blue");
}
