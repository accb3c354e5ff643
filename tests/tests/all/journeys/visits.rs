//! One viewer: first visit, return, promote, several tabs, and viewers that are not ordinary browsers.

use cloudfront_sim::CacheResult;
use testkit::world::{Ask, From, Pages, Part, Rule, Span, World};

const MISS: From = From::Edge(CacheResult::Miss);
const HIT: From = From::Edge(CacheResult::Hit);

#[tokio::test(start_paused = true)]
async fn a_first_visit_gets_a_page_its_cookie_and_its_own_assets() {
    let world = World::new().start().await;
    let ann = world.browser();
    let mut tab = ann.tab();
    let document = tab.open("/cart").await;
    assert_eq!((tab.release(), document.from), ("blue", MISS));
    assert_eq!(ann.cookie("release").as_deref(), Some("blue.r1-0"));
    assert_eq!(tab.load(Part::Lazy).await.release(), Some("blue"));
    assert_eq!(tab.call("/api/whoami").await.release(), Some("blue"));
}

#[tokio::test(start_paused = true)]
async fn a_second_viewer_gets_the_same_page_and_cookie_from_the_cache() {
    let world = World::new().start().await;
    world.browser().open("/cart").await;
    let bob = world.browser();
    let document = bob.tab().open("/cart").await;
    assert_eq!((document.from, document.release()), (HIT, Some("blue")));
    assert_eq!(bob.cookie("release").as_deref(), Some("blue.r1-0"));
}

#[tokio::test(start_paused = true)]
async fn a_return_renews_the_cookie_and_assets_are_not_asked_for_again() {
    let world = World::new().start().await;
    let ann = world.browser();
    let mut tab = ann.open("/cart").await;
    for _ in 0..3 {
        world.advance((6 * 24).h()).await;
        let document = tab.open("/cart").await;
        assert_eq!((document.given, document.from), (Some(200), HIT));
        let renewed = "release=blue.r1-0; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=604800";
        assert_eq!(document.header("set-cookie"), Some(renewed));
    }
    assert_eq!(tab.load(Part::App).await.from, From::Browser);
    assert_eq!(tab.release(), "blue");
}

#[tokio::test(start_paused = true)]
async fn an_open_page_keeps_its_release_through_a_promote_and_a_reload_changes_it() {
    for pages in [Pages::Pinned, Pages::ByCookie] {
        let world = World::new().pages(pages).start().await;
        let ann = world.browser();
        let mut tab = ann.open("/").await;
        world.promote("green").await;
        assert_eq!(tab.load(Part::Lazy).await.release(), Some("blue"), "{pages:?}");
        assert_eq!(tab.call("/api/whoami").await.release(), Some("blue"), "{pages:?}");
        tab.reload().await;
        assert_eq!(tab.release(), "green", "{pages:?}");
        assert_eq!(tab.load(Part::Lazy).await.release(), Some("green"), "{pages:?}");
        assert_eq!(tab.call("/api/whoami").await.release(), Some("green"), "{pages:?}");
        assert_eq!(ann.cookie_release().as_deref(), Some("green"), "{pages:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_tabs_on_two_releases_both_go_on_when_their_pages_pin_their_assets() {
    let world = World::new().start().await;
    let ann = world.browser();
    let mut old = ann.open("/").await;
    world.promote("green").await;
    let mut new = ann.open("/").await;
    assert_eq!((old.release(), new.release()), ("blue", "green"));
    for tab in [&mut old, &mut new] {
        let own = tab.release().to_owned();
        assert_eq!(tab.load(Part::Lazy).await.release(), Some(&*own));
        assert_eq!(tab.load(Part::Config).await.release(), Some(&*own));
        assert_eq!(tab.call("/api/whoami").await.release(), Some(&*own));
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_relies_on_the_cookie_loses_its_chunk_to_another_tab() {
    let world = World::new().pages(Pages::ByCookie).start().await;
    let ann = world.browser();
    let mut old = ann.open("/").await;
    world.promote("green").await;
    ann.open("/").await;
    assert_eq!(old.load(Part::Lazy).await.status, 403);
    let breaches = world.watch().take_breaches();
    assert_eq!(
        breaches.iter().map(|breach| breach.rule).collect::<Vec<_>>(),
        [Rule::AssetOfThePagesRelease]
    );
}

#[tokio::test(start_paused = true)]
async fn the_second_attempt_finds_that_chunk_and_keeps_it_under_no_release() {
    let world = World::new().pages(Pages::ByCookie).with_second_attempt().start().await;
    let ann = world.browser();
    let mut old = ann.open("/").await;
    world.promote("green").await;
    ann.open("/").await;
    let chunk = old.load(Part::Lazy).await;
    assert_eq!((chunk.status, chunk.release()), (200, Some("blue")));
    assert_eq!(chunk.header("cache-control"), Some("no-store, stale-if-error=0"));
}

#[tokio::test(start_paused = true)]
async fn the_second_attempt_finds_the_chunk_of_a_release_that_was_taken_back() {
    let world = World::new().pages(Pages::ByCookie).with_second_attempt().start().await;
    let ann = world.browser();
    world.promote("green").await;
    let mut old = ann.open("/").await;
    world.roll_back().await;
    world.settle().await;
    ann.open("/").await;
    let chunk = old.load(Part::Lazy).await;
    assert_eq!((chunk.status, chunk.release()), (200, Some("green")));
    world.advance((7 * 24).h()).await;
    let late = old.load(Part::Lazy).await;
    assert_eq!(late.status, 403, "no cookie of green lives any more");
    assert_eq!(world.watch().take_breaches().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_second_attempt_never_serves_a_staged_release_nor_a_document() {
    let world = World::new().with_second_attempt().start().await;
    let ann = world.browser();
    ann.open("/").await;
    for url in ["/assets/lazy-green.js", "/assets/lazy-green.js?dpl=blue", "/nothing.html"] {
        for ask in [Ask::asset(url), Ask::page(url), Ask::fetch(url)] {
            let got = ann.ask(&ask).await;
            assert_eq!((got.status, got.header("set-cookie")), (403, None), "{ask:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_installed_application_moves_at_its_next_check_after_a_promote_and_a_rollback() {
    for pages in [Pages::Pinned, Pages::ByCookie] {
        let world = World::new().pages(pages).start().await;
        let mut installed = world.installed();
        for expected in ["blue", "green", "blue"] {
            installed.update().await;
            let tab = installed.open().await;
            assert_eq!(tab.release(), expected, "{pages:?}");
            assert_eq!(tab.load(Part::Lazy).await.release(), Some(expected), "{pages:?}");
            assert_eq!(tab.call("/api/whoami").await.release(), Some(expected), "{pages:?}");
            match expected {
                "blue" => world.promote("green").await,
                _ => world.roll_back().await,
            }
            world.settle().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_prefetched_first_visit_shows_one_release_whatever_the_viewers_own_draw() {
    let world = World::new().pages(Pages::ByCookie).start().await;
    world.canary("green", 50.0).await;
    for _ in 0..20 {
        let (proxy, ann) = (world.browser(), world.browser());
        let mut tab = ann.tab();
        tab.open_prefetched(&proxy, "/").await;
        let own = tab.release().to_owned();
        assert_eq!(ann.cookie_release(), Some(own.clone()));
        assert_eq!(tab.load(Part::Lazy).await.release(), Some(&*own));
        assert_eq!(tab.connect("api/socket").await.release(), Some(&*own));
    }
}

#[tokio::test(start_paused = true)]
async fn sockets_and_downloads_reach_the_pages_back_end_and_leave_its_cookie_alone() {
    for pages in [Pages::Pinned, Pages::ByCookie] {
        let world = World::new().pages(pages).start().await;
        let ann = world.browser();
        let mut tab = ann.open("/").await;
        world.promote("green").await;
        assert_eq!(tab.connect("api/socket").await.release(), Some("blue"), "{pages:?}");
        assert_eq!(tab.download("api/report").await.release(), Some("blue"), "{pages:?}");
        assert_eq!(ann.cookie_release().as_deref(), Some("blue"), "{pages:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_object_without_cache_control_is_asked_for_again_after_a_promote() {
    let world = World::new().pages(Pages::ByCookie).start().await;
    let ann = world.browser();
    let mut tab = ann.open("/").await;
    let env = tab.load(Part::Env).await;
    let kept = "public, max-age=0, s-maxage=31536000, must-revalidate";
    assert_eq!((env.release(), env.header("cache-control")), (Some("blue"), Some(kept)));
    world.promote("green").await;
    tab.reload().await;
    assert_eq!(tab.load(Part::Env).await.release(), Some("green"));

    let pinned = World::new().start().await;
    let mut tab = pinned.browser().open("/").await;
    let env = tab.load(Part::Env).await;
    assert_eq!(env.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(tab.load(Part::Env).await.from, From::Browser);
}

#[tokio::test(start_paused = true)]
async fn going_back_to_a_page_that_goes_on_keeps_its_release() {
    let world = World::new().start().await;
    let mut tab = world.browser().open("/").await;
    world.promote("green").await;
    tab.open("/cart").await;
    tab.resume();
    assert_eq!(tab.release(), "blue");
    assert_eq!(tab.load(Part::Lazy).await.release(), Some("blue"));
    assert_eq!(tab.connect("api/socket").await.release(), Some("blue"));
}

#[tokio::test(start_paused = true)]
async fn going_back_shows_the_old_page_with_its_own_assets() {
    let world = World::new().start().await;
    let ann = world.browser();
    let mut tab = ann.open("/").await;
    world.promote("green").await;
    tab.open("/cart").await;
    assert_eq!(tab.release(), "green");
    let back = tab.back().await;
    assert_eq!((back.from, tab.release()), (From::Browser, "blue"));
    assert_eq!(tab.load(Part::Lazy).await.release(), Some("blue"));
}

#[tokio::test(start_paused = true)]
async fn a_viewer_without_cookies_stays_on_one_release_within_a_stage() {
    let world = World::new().start().await;
    world.canary("green", 50.0).await;
    for _ in 0..20 {
        let ann = world.browser().without_cookies();
        let mut tab = ann.open("/").await;
        let first = tab.release().to_owned();
        let again = tab.reload().await;
        assert_eq!(tab.release(), first);
        let offered = again.header("set-cookie").and_then(|set| set.split('.').next());
        assert_eq!(
            offered,
            Some(&*format!("release={first}")),
            "it is offered anew: none was sent"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_crawler_gets_the_active_release_and_no_cookie() {
    let world = World::new().start().await;
    world.canary("green", 50.0).await;
    for _ in 0..20 {
        let bot = world.browser().called("Mozilla/5.0 (compatible; Googlebot/2.1)");
        let tab = bot.open("/").await;
        assert_eq!((tab.release(), bot.cookie("release")), ("blue", None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_prefetched_page_and_a_workers_fetch_keep_the_viewers_release() {
    let world = World::new().start().await;
    let ann = world.browser();
    ann.open("/").await;
    world.promote("green").await;
    for ask in [Ask::prefetch("/next"), Ask::fetch("/"), Ask::fetch("/index.html")] {
        let got = ann.ask(&ask).await;
        assert_eq!((got.status, got.release()), (200, Some("blue")), "{ask:?}");
        assert_eq!(got.header("set-cookie"), None, "{ask:?}");
    }
    assert_eq!(ann.cookie_release().as_deref(), Some("blue"));
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_from_another_site_has_the_cookie_with_the_page_but_not_with_what_is_embedded()
 {
    let world = World::new().start().await;
    let ann = world.browser();
    ann.open("/").await;
    world.promote("green").await;
    let embedded = ann.ask(&Ask::asset("/config.json").embedded_elsewhere()).await;
    assert_eq!(embedded.release(), Some("green"));
    let mut tab = ann.tab();
    tab.go(Ask::page("/").from_another_site()).await;
    assert_eq!(tab.release(), "green");
    assert_eq!(ann.cookie_release().as_deref(), Some("green"));
}

#[tokio::test(start_paused = true)]
async fn a_viewer_who_comes_back_after_the_cookies_week_gets_what_everybody_gets() {
    let world = World::new().start().await;
    let ann = world.browser();
    ann.open("/").await;
    world.promote("green").await;
    world.advance((7 * 24 - 1).h()).await;
    assert_eq!(ann.ask(&Ask::fetch("/config.json")).await.release(), Some("blue"));
    world.advance(1.h()).await;
    assert_eq!(ann.cookie("release"), None);
    assert_eq!(ann.ask(&Ask::fetch("/config.json")).await.release(), Some("green"));
}

#[tokio::test(start_paused = true)]
async fn a_missing_asset_is_a_403_that_nobody_keeps() {
    let world = World::new().start().await;
    let ann = world.browser();
    ann.open("/").await;
    for _ in 0..2 {
        let got = ann.ask(&Ask::asset("/assets/app-gone.js")).await;
        assert_eq!(
            (got.status, got.header("cache-control")),
            (403, Some("no-store, stale-if-error=0"))
        );
    }
}
