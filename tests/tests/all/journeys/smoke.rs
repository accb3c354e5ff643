//! The shortest way through everything: the journeys that a distribution must pass to be one that works.

use cloudfront_sim::CacheResult;
use testkit::world::{Ask, From, Part, Span, World};

/// How many viewers a canary has.
const VIEWERS: u32 = 200;

/// A first visit, a return, the API, a missing page, a preview, a canary, a promote with a page open, a chunk of an
/// older page from the second attempt, and a rollback. `world` has the releases blue and green.
pub(crate) async fn smoke(world: &World) {
    let ann = world.browser();
    let mut tab = ann.open("/cart").await;
    assert_eq!(tab.release(), "blue", "a first visit");
    assert_eq!(ann.cookie("release").as_deref(), Some("blue.r1-0"));
    assert_eq!(tab.open("/cart").await.from, From::Edge(CacheResult::Hit), "a return");
    assert_eq!(tab.open("/").await.release(), Some("blue"), "the root");
    assert_eq!(tab.call("/api/whoami").await.release(), Some("blue"));
    assert_eq!(tab.load(Part::Lazy).await.release(), Some("blue"));
    let missing = ann.ask(&Ask::asset("/assets/none.js")).await;
    assert_eq!((missing.status, missing.header("set-cookie")), (403, None), "a missing file");

    let developer = world.browser();
    let preview = developer.open(&world.preview_link("green", "/cart", 1.h())).await;
    assert_eq!(preview.release(), "green", "a preview");

    canary(world).await;

    world.promote("green").await;
    assert_eq!(tab.load(Part::Config).await.release(), Some("blue"), "the page is still open");
    assert_eq!(tab.call("/api/whoami").await.release(), Some("blue"));
    let another = ann.open("/").await;
    assert_eq!(another.release(), "green");
    let chunk = ann.ask(&Ask::asset("/assets/lazy-blue.js")).await;
    assert_eq!((chunk.status, chunk.release()), (200, Some("blue")), "the second attempt");

    world.roll_back().await;
    world.settle().await;
    tab.reload().await;
    assert_eq!(tab.release(), "blue", "a rollback");
}

/// A tenth of the viewers, more or less, and each of them stays.
async fn canary(world: &World) {
    world.canary("green", 10.0).await;
    let mut of_green = 0;
    for _ in 0..VIEWERS {
        let mut tab = world.browser().open("/").await;
        let release = tab.release().to_owned();
        of_green += u32::from(release == "green");
        tab.reload().await;
        assert_eq!(tab.release(), release, "a viewer stays");
    }
    assert!((5..=40).contains(&of_green), "{of_green} of {VIEWERS} got a tenth");
}

#[tokio::test(start_paused = true)]
async fn the_worlds_own_distribution_passes_the_smoke_test() {
    smoke(&World::new().with_second_attempt().start().await).await;
}
