//! A canary with thousands of viewers: the shares, the viewers that move, and the end.

use std::collections::BTreeSet;

use cloudfront_sim::CacheResult;
use testkit::world::{Ask, Browser, From, Part, Span, World};

use crate::journeys::binomial::plausible;

const MANY: u32 = 2000;
const SOME: u32 = 500;
/// The chance that a correct share is outside the allowed counts. The rolls are fixed, so a test fails always or
/// never.
const DOUBT: f64 = 1e-6;

/// Loads a page in each browser. Returns the numbers of those that got `release`.
async fn load(browsers: &[Browser], release: &str) -> BTreeSet<usize> {
    let mut got = BTreeSet::new();
    for (number, browser) in browsers.iter().enumerate() {
        if browser.ask(&Ask::page("/")).await.release() == Some(release) {
            got.insert(number);
        }
    }
    got
}

fn viewers(count: u32, world: &World) -> Vec<Browser> {
    (0..count).map(|_| world.browser()).collect()
}

fn assert_share(name: &str, count: usize, of: usize, share: f64) {
    let allowed = plausible(of as u64, share, DOUBT);
    assert!(allowed.contains(&(count as u64)), "{name}: {count} of {of}, allowed are {allowed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_weight_is_a_share_of_viewers_and_nobody_moves_back_while_it_grows() {
    let world = World::new().start().await;
    let browsers = viewers(MANY, &world);
    let mut before = load(&browsers, "green").await;
    assert!(before.is_empty());
    for percent in [10.0, 50.0] {
        world.canary("green", percent).await;
        let now = load(&browsers, "green").await;
        assert_share(&format!("{percent} %"), now.len(), browsers.len(), percent / 100.0);
        assert!(before.is_subset(&now), "{percent} %: somebody moved back");
        assert_eq!(load(&browsers, "green").await, now, "{percent} %: a reload moved somebody");
        before = now;
    }
    world.promote("green").await;
    assert_eq!(load(&browsers, "green").await.len(), browsers.len());
}

#[tokio::test(start_paused = true)]
async fn new_viewers_get_the_same_share_as_those_who_were_there_before() {
    let world = World::new().start().await;
    world.canary("green", 10.0).await;
    world.canary("green", 50.0).await;
    let new = viewers(SOME, &world);
    assert_share("new viewers", load(&new, "green").await.len(), new.len(), 0.5);
}

#[tokio::test(start_paused = true)]
async fn as_few_move_as_must_when_a_weight_shrinks() {
    let world = World::new().start().await;
    let browsers = viewers(SOME, &world);
    world.canary("green", 50.0).await;
    let before = load(&browsers, "green").await;
    world.canary("green", 10.0).await;
    let after = load(&browsers, "green").await;
    assert!(after.is_subset(&before), "somebody moved to the release that shrinks");
    assert_share("10 % of all", after.len(), browsers.len(), 0.1);
    assert_share("a fifth stays", after.len(), before.len(), 0.2);
}

#[tokio::test(start_paused = true)]
async fn a_canary_is_served_from_the_cache_under_its_own_key() {
    let world = World::new().start().await;
    world.canary("green", 50.0).await;
    let mut misses = 0;
    for browser in viewers(100, &world) {
        if browser.ask(&Ask::page("/")).await.from == From::Edge(CacheResult::Miss) {
            misses += 1;
        }
    }
    assert_eq!(misses, 2, "one for each release");
}

#[tokio::test(start_paused = true)]
async fn an_aborted_ramp_takes_everybody_back_at_the_next_page_and_leaves_open_pages_alone() {
    let world = World::new().start().await;
    world.ramp("green", [50.0, 100.0], 10.m(), 30.m()).await;
    world.advance(5.m()).await;
    let mut tabs = Vec::new();
    for browser in viewers(100, &world) {
        tabs.push(browser.open("/").await);
    }
    let mut of_green: Vec<_> = tabs.into_iter().filter(|tab| tab.release() == "green").collect();
    assert!(of_green.len() > 20, "half of a hundred, more or less: {}", of_green.len());
    world.abort().await;
    world.settle().await;
    for tab in &mut of_green {
        assert_eq!(tab.load(Part::Lazy).await.release(), Some("green"));
        tab.reload().await;
        assert_eq!(tab.release(), "blue");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_nobody_renews_ends_the_ramp_at_every_edge_in_the_same_second() {
    let world = World::new().edges(2).start().await;
    world.ramp("green", [100.0], 10.m(), 5.m()).await;
    world.advance(5.m() - 1.s()).await;
    for edge in [0, 1] {
        assert_eq!(world.browser_at(edge).open("/").await.release(), "green");
    }
    world.advance(1.s()).await;
    for edge in [0, 1] {
        assert_eq!(world.browser_at(edge).open("/").await.release(), "blue");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rollback_finds_the_old_release_still_cached() {
    let world = World::new().start().await;
    let ann = world.browser();
    let mut tab = ann.open("/").await;
    world.promote("green").await;
    tab.reload().await;
    assert_eq!(tab.release(), "green");
    world.roll_back().await;
    world.settle().await;
    let bob = world.browser();
    for path in ["/_r/blue/assets/app-blue.js", "/_r/blue/config.json"] {
        let got = bob.ask(&Ask::asset(path)).await;
        assert_eq!(
            (got.from, got.release()),
            (From::Edge(CacheResult::Hit), Some("blue")),
            "{path}"
        );
    }
    tab.reload().await;
    assert_eq!(tab.release(), "blue");
}
