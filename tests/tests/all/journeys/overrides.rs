//! Preview links: only one browser sees the release.

use cloudfront_sim::CacheResult;
use testkit::world::{Ask, From, Part, Span, World};

#[tokio::test(start_paused = true)]
async fn a_preview_link_shows_one_browser_a_release_without_traffic() {
    let world = World::new().start().await;
    let (ann, bob) = (world.browser(), world.browser());
    bob.open("/cart?ref=1").await;
    let link = world.preview_link("green", "/cart", 1.h());
    let mut tab = ann.tab();
    let document = tab.open(&link).await;
    assert_eq!((tab.release(), &*tab.page().url), ("green", "/cart"));
    assert_eq!(document.header("cache-control"), Some("no-store, stale-if-error=0"));
    assert_eq!(document.header("x-robots-tag"), Some("noindex"));
    assert_eq!(tab.load(Part::Lazy).await.release(), Some("green"));
    assert_eq!(tab.call("/api/whoami").await.release(), Some("green"));
    assert_eq!(ann.cookie("release"), None);
    tab.reload().await;
    assert_eq!(tab.release(), "green");
    assert_eq!(bob.open("/cart").await.release(), "blue");
}

#[tokio::test(start_paused = true)]
async fn the_clearing_link_ends_it() {
    let world = World::new().start().await;
    let ann = world.browser();
    let mut tab = ann.open(&world.preview_link("green", "/", 1.h())).await;
    tab.open("/?__release=off").await;
    assert_eq!((tab.release(), ann.cookie("release-override")), ("blue", None));
}

#[tokio::test(start_paused = true)]
async fn an_override_ends_with_its_token_and_with_its_release() {
    let expired = World::new().start().await;
    let ann = expired.browser();
    let mut tab = ann.open(&expired.preview_link("green", "/", 10.m())).await;
    expired.advance(11.m()).await;
    tab.reload().await;
    assert_eq!((tab.release(), ann.cookie("release-override")), ("blue", None));

    let withdrawn = World::new().start().await;
    let bob = withdrawn.browser();
    let mut tab = bob.open(&withdrawn.preview_link("green", "/", 1.h())).await;
    withdrawn.withdraw("green").await;
    withdrawn.settle().await;
    tab.reload().await;
    assert_eq!((tab.release(), bob.cookie("release-override")), ("blue", None));
}

fn owned((before, after): (&str, &str)) -> (String, String) {
    (before.to_owned(), after.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_link_that_does_not_work_says_why_and_sets_nothing() {
    let world = World::new().start().await;
    let late = world.preview_link("green", "/", 10.m());
    let (claims, _) = world.token("green", 1.h()).rsplit_once('.').map(owned).unwrap();
    let (_, signature) = world.token("blue", 1.h()).rsplit_once('.').map(owned).unwrap();
    let forged = format!("/?__release={claims}.{signature}");
    let unknown = world.preview_link("gone", "/", 1.h());
    world.advance(11.m()).await;
    let table = [
        ("expired", late, "expired"),
        ("forged", forged, "signature"),
        ("unknown release", unknown, "not in the plan"),
        ("no token", "/?__release=green".to_owned(), "malformed"),
    ];
    for (name, link, why) in table {
        let ann = world.browser();
        let got = ann.ask(&Ask::page(link)).await;
        let text = String::from_utf8_lossy(&got.body).into_owned();
        assert_eq!(got.status, 403, "{name}");
        assert!(text.contains(why), "{name}: {text}");
        assert_eq!(ann.cookie("release-override"), None, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_developer_never_fills_the_cache_nor_reads_from_it() {
    let world = World::new().start().await;
    let ann = world.browser();
    let mut tab = ann.open(&world.preview_link("blue", "/", 1.h())).await;
    for _ in 0..2 {
        assert_eq!(tab.reload().await.from, From::Edge(CacheResult::Miss));
    }
    assert_eq!(world.browser().tab().open("/").await.from, From::Edge(CacheResult::Miss));
}

#[tokio::test(start_paused = true)]
async fn a_bare_id_is_an_override_only_while_its_release_has_no_traffic() {
    let world = World::new().releases(["blue", "green", "red"]).exposed().start().await;
    world.promote("green").await;
    world.roll_back().await;
    world.settle().await;
    let table = [
        ("staged", "red", "red"),
        ("active", "blue", "blue"),
        ("taken back, but its cookies live", "green", "blue"),
    ];
    for (name, id, expected) in table {
        let ann = world.browser();
        ann.plant_cookie("release-override", id);
        let tab = ann.open("/").await;
        assert_eq!(tab.release(), expected, "{name}");
        let is_override = ann.ask(&Ask::page("/")).await.header("x-robots-tag").is_some();
        assert_eq!(is_override, id == "red", "{name}");
    }
}
