use std::time::Duration;

use http_body_util::BodyExt;

use super::world::{World, say};

const SECOND: Duration = Duration::from_secs(1);

/// Blue has all requests, and a deregistration delay of 30 s.
async fn draining_world() -> World {
    let world = World::start().await;
    world.balancer.write().unwrap().set_deregistration_delay(&world.groups[0], 30).unwrap();
    world
}

fn targets(world: &World) -> usize {
    world.balancer.read().unwrap().group(&world.groups[0]).unwrap().targets().len()
}

#[tokio::test]
async fn a_long_request_survives_the_deregistration_of_its_target() {
    let world = draining_world().await;
    let long = async {
        let answer = world.get("/slow", &[]).await;
        (answer.status, answer.text)
    };
    let meanwhile = async {
        world.blue.has_a_request().await;
        world.deregister(0, &world.blue);
        world.pass(29 * SECOND);
        // New requests find no target: there is no failover to another group.
        assert_eq!(world.get("/", &[]).await.status, 503);
        assert_eq!(targets(&world), 1, "it still drains");
        world.blue.go_on.notify_one();
    };
    let (answer, ()) = tokio::join!(long, meanwhile);
    assert_eq!(answer, (200, "blue".into()));
}

#[tokio::test]
async fn a_request_that_is_longer_than_the_delay_is_cut() {
    let world = draining_world().await;
    let meanwhile = async {
        world.blue.has_a_request().await;
        world.deregister(0, &world.blue);
        world.pass(29 * SECOND);
        assert_eq!(targets(&world), 1);
        world.pass(SECOND);
        assert_eq!(targets(&world), 0);
    };
    let (answer, ()) = tokio::join!(world.get("/slow", &[]), meanwhile);
    assert_eq!(answer.status, 504);
}

/// The viewer sees that the answer is not whole.
#[tokio::test]
async fn an_answer_that_is_longer_than_the_delay_breaks_off() {
    let world = draining_world().await;
    for is_cut in [false, true] {
        let mut body = world.open("/stream", &[]).await.into_body();
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(first, "first ");
        if is_cut {
            world.deregister(0, &world.blue);
            world.pass(30 * SECOND);
            assert!(body.collect().await.is_err());
        } else {
            world.blue.go_on.notify_one();
            assert_eq!(body.collect().await.unwrap().to_bytes(), "second");
        }
    }
}

#[tokio::test]
async fn a_websocket_survives_until_the_delay_is_over() {
    let world = draining_world().await;
    let mut socket = world.socket().await;
    assert_eq!(say(&mut socket, " one").await, "blue one");
    world.deregister(0, &world.blue);
    world.pass(29 * SECOND);
    assert_eq!(say(&mut socket, " two").await, "blue two");
    world.pass(SECOND);
    assert_eq!(say(&mut socket, " three").await, "");
}

#[tokio::test]
async fn a_target_without_requests_leaves_at_once() {
    let world = draining_world().await;
    world.deregister(0, &world.blue);
    world.load_balancer.advance();
    assert_eq!(targets(&world), 0);
}

/// Weights say nothing about what is under way, and the delay begins with a deregistration only.
#[tokio::test]
async fn a_weight_of_0_drains_nothing() {
    let world = draining_world().await;
    let meanwhile = async {
        world.blue.has_a_request().await;
        world.weigh(0, 100, None);
        world.pass(3600 * SECOND);
        world.blue.go_on.notify_one();
    };
    let (answer, ()) = tokio::join!(world.get("/slow", &[]), meanwhile);
    assert_eq!(answer.text, "blue");
}

#[tokio::test]
async fn a_target_that_is_registered_again_drains_no_more() {
    let world = draining_world().await;
    let meanwhile = async {
        world.blue.has_a_request().await;
        world.deregister(0, &world.blue);
        world.pass(29 * SECOND);
        let target = world.blue.address;
        world.balancer.write().unwrap().register(&world.groups[0], target).unwrap();
        world.pass(60 * SECOND);
        assert_eq!(world.get("/", &[]).await.text, "blue");
        world.blue.go_on.notify_one();
    };
    let (answer, ()) = tokio::join!(world.get("/slow", &[]), meanwhile);
    assert_eq!(answer.text, "blue");
}
