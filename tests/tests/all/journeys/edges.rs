//! Several edge locations, each with its own cache, functions and clock.

use cloudfront_sim::CacheResult;
use testkit::world::{From, Part, Span, World};

#[tokio::test(start_paused = true)]
async fn each_edge_location_fills_its_own_cache() {
    let world = World::new().edges(2).start().await;
    let mut results = Vec::new();
    for edge in [0, 1, 0, 1] {
        results.push(world.browser_at(edge).tab().open("/").await.from);
    }
    let (miss, hit) = (From::Edge(CacheResult::Miss), From::Edge(CacheResult::Hit));
    assert_eq!(results, [miss, miss, hit, hit]);
}

#[tokio::test(start_paused = true)]
async fn a_promote_switches_every_edge_location_in_the_same_second() {
    let world = World::new().edges(3).start().await;
    for edge in 0..3 {
        world.browser_at(edge).open("/").await;
    }
    let flip = world.schedule_promote("green").await;
    // It does not matter when an edge location last read the plan: two get requests all the time, and one gets
    // its first just before the switch.
    for second in 0..u64::MAX {
        let left = flip - world.now();
        if left <= 1.s() {
            break;
        }
        assert_eq!(world.browser_at((second % 2) as usize).open("/").await.release(), "blue");
        world.advance(1.s()).await;
    }
    world.advance_to(flip - 1.ms()).await;
    for edge in 0..3 {
        assert_eq!(world.browser_at(edge).open("/").await.release(), "blue", "edge {edge}");
    }
    world.advance_to(flip).await;
    for edge in 0..3 {
        assert_eq!(world.browser_at(edge).open("/").await.release(), "green", "edge {edge}");
    }
}

#[tokio::test(start_paused = true)]
async fn with_skewed_clocks_each_edge_flips_by_its_own_and_no_page_breaks() {
    let world = World::new().edges(2).clocks_ahead_by([2000, -2000]).start().await;
    let (early, late) = (world.browser_at(0), world.browser_at(1));
    let flip = world.schedule_promote("green").await;
    world.advance_to(flip - 1.s()).await;
    let (mut first, mut second) = (early.open("/").await, late.open("/").await);
    assert_eq!((first.release(), second.release()), ("green", "blue"));
    world.advance_to(flip + 3.s()).await;
    assert_eq!(second.load(Part::Lazy).await.release(), Some("blue"));
    second.reload().await;
    first.reload().await;
    assert_eq!((first.release(), second.release()), ("green", "green"));
}
