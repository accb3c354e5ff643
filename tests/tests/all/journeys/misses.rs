//! Decisions on a cache miss, with the release cookie in the cache key and an invalidation after every change.

use cloudfront_sim::CacheResult;
use testkit::world::{From, Part, Span, World};

const HIT: From = From::Edge(CacheResult::Hit);

#[tokio::test(start_paused = true)]
async fn a_first_visit_is_kept_for_those_who_come_without_a_cookie_too() {
    let world = World::new().deciding_on_a_miss().start().await;
    world.browser().open("/").await;
    let bob = world.browser();
    let mut tab = bob.tab();
    assert_eq!(tab.open("/").await.from, HIT);
    assert_eq!(bob.cookie("release").as_deref(), Some("blue.r1-0"));
    assert_eq!(tab.load(Part::Lazy).await.release(), Some("blue"));
    assert_eq!(tab.call("/api/whoami").await.release(), Some("blue"));
}

#[tokio::test(start_paused = true)]
async fn the_order_of_promote_moves_everybody_write_wait_invalidate() {
    let world = World::new().deciding_on_a_miss().edges(2).start().await;
    let mut tabs = Vec::new();
    for edge in [0, 0, 1, 1] {
        tabs.push(world.browser_at(edge).open("/").await);
    }
    world.promote_now("green").await;
    world.settle().await;
    assert!(world.invalidate("/*") > 0);
    for tab in &mut tabs {
        assert_eq!(tab.load(Part::Lazy).await.release(), Some("blue"), "the page is still open");
        tab.reload().await;
        assert_eq!(tab.release(), "green");
    }
}

/// Shows why promote waits: an instance with the old plan would fill the cache again.
#[tokio::test(start_paused = true)]
async fn an_invalidation_too_early_is_undone_by_an_instance_with_the_old_plan() {
    let world = World::new().deciding_on_a_miss().start().await;
    let ann = world.browser();
    let mut tab = ann.open("/").await;
    world.promote_now("green").await;
    world.invalidate("/*");
    // Ten seconds later the instance's plan is still fresh.
    world.advance(10.s()).await;
    tab.reload().await;
    assert_eq!(tab.release(), "blue");
    world.advance(50.s()).await;
    let late = tab.reload().await;
    assert_eq!((late.from, tab.release()), (HIT, "blue"), "after the hard TTL, from the cache");
    // Objects that the old plan chose live for at most a minute.
    world.advance(11.s()).await;
    tab.reload().await;
    assert_eq!(tab.release(), "green");
    assert_eq!(world.watch().take_breaches(), []);
}

#[tokio::test(start_paused = true)]
async fn without_an_invalidation_the_old_page_lives_for_a_minute_after_the_last_miss() {
    let world = World::new().deciding_on_a_miss().start().await;
    let mut tab = world.browser().open("/").await;
    world.promote_now("green").await;
    world.advance(44.s()).await;
    world.invalidate("/*");
    tab.reload().await;
    for _ in 0..4 {
        world.advance(15.s()).await;
        tab.reload().await;
    }
    assert_eq!(tab.release(), "green");
}

#[tokio::test(start_paused = true)]
async fn an_installed_application_moves_at_its_next_check_after_the_invalidation() {
    let world = World::new().deciding_on_a_miss().start().await;
    let mut installed = world.installed();
    assert_eq!(installed.open().await.release(), "blue");
    world.promote_now("green").await;
    world.settle().await;
    world.invalidate("/*");
    assert_eq!(installed.open().await.release(), "blue", "without the network");
    installed.update().await;
    assert_eq!(installed.open().await.release(), "green");
}

#[tokio::test(start_paused = true)]
async fn weights_do_not_count_there() {
    let world = World::new().deciding_on_a_miss().start().await;
    let refused = world.try_canary("green", 10.0).await;
    assert!(refused.is_err(), "{refused:?}");
}
