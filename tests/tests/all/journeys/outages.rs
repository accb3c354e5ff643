//! If the parameter cannot be read, no viewer gets an error, and no page breaks.

use ssm_sim::Fault;
use testkit::world::{Ask, Part, Span, World};

fn faults() -> [(&'static str, Fault); 9] {
    let malformed = |value: &str| Fault::Malformed { value: value.to_owned() };
    [
        ("slow", Fault::Latency { ms: 2000 }),
        ("throttled", Fault::Throttled),
        ("denied", Fault::Denied),
        ("internal error", Fault::Internal),
        ("gone", Fault::Gone),
        ("connection dropped", Fault::Dropped),
        ("not JSON", malformed("{")),
        ("another schema", malformed(r#"{"schema":2}"#)),
        ("null", malformed("null")),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_warm_edge_serves_the_last_good_plan_for_as_long_as_it_takes() {
    for (name, fault) in faults() {
        let world = World::new().start().await;
        let ann = world.browser();
        let mut tab = ann.open("/").await;
        world.canary("green", 10.0).await;
        world.reads_meet(fault);
        for hours in [0, 1, 2, 20] {
            world.advance(hours.h() + 1.m()).await;
            tab.reload().await;
            assert_eq!(tab.release(), "blue", "{name}, {hours} hours later");
            assert_eq!(tab.load(Part::Lazy).await.release(), Some("blue"), "{name}");
            assert_eq!(tab.call("/api/whoami").await.release(), Some("blue"), "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_cold_edge_serves_the_packaged_plan() {
    for (name, fault) in faults() {
        let world = World::new().falling_back_to(["green", "blue"]).start().await;
        world.reads_meet(fault);
        let ann = world.browser();
        let mut tab = ann.open("/").await;
        assert_eq!(tab.release(), "green", "{name}");
        assert_eq!(tab.call("/api/whoami").await.release(), Some("green"), "{name}");
        assert_eq!(ann.cookie("release").as_deref(), Some("green.packaged-0"), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cold_edge_without_a_packaged_plan_leaves_requests_as_they_came() {
    for (name, fault) in faults() {
        let world = World::new().start().await;
        world.reads_meet(fault);
        let ann = world.browser();
        let got = ann.ask(&Ask::page("/")).await;
        assert_eq!(
            (got.status, got.header("set-cookie")),
            (403, None),
            "{name}: the bucket has no such object"
        );
        let pinned = ann.ask(&Ask::page("/releases/blue/index.html")).await;
        assert_eq!((pinned.status, pinned.release()), (200, Some("blue")), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn when_reads_work_again_every_edge_follows_within_the_longest_pause() {
    for (name, fault) in faults() {
        let world = World::new().edges(2).start().await;
        for edge in [0, 1] {
            world.browser_at(edge).open("/").await;
        }
        world.promote_now("green").await;
        world.reads_meet(fault);
        for minute in 0..10 {
            world.advance(1.m()).await;
            world.browser_at(minute % 2).open("/").await;
        }
        world.reads_work();
        world.advance(36.s()).await;
        for edge in [0, 1] {
            assert_eq!(world.browser_at(edge).open("/").await.release(), "green", "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_store_costs_one_request_its_budget_and_the_others_nothing() {
    let world = World::new().start().await;
    let ann = world.browser();
    ann.open("/").await;
    world.advance(1.h()).await;
    world.reads_meet(Fault::Latency { ms: 60_000 });
    let mut waited = Vec::new();
    for _ in 0..4 {
        let before = world.now();
        ann.ask(&Ask::page("/")).await;
        waited.push(world.now() - before);
    }
    assert_eq!(waited[0], 500.ms());
    assert!(waited[1..].iter().all(|waited| *waited <= 500.ms()), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_broken_plan_that_somebody_writes_never_replaces_a_good_one() {
    let world = World::new().start().await;
    let mut tab = world.browser().open("/").await;
    for text in ["{", "null", r#"{"schema":1}"#, r#"{"schema":2,"releases":{}}"#] {
        world.write(text).await;
        world.advance(5.m()).await;
        tab.reload().await;
        assert_eq!(tab.release(), "blue", "{text}");
    }
}
