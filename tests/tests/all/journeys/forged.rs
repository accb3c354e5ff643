//! Forged cookies, headers, pins and queries.

use cloudfront_sim::CacheResult;
use testkit::world::{Ask, From, World};

#[tokio::test(start_paused = true)]
async fn forged_headers_neither_choose_a_release_nor_split_or_fill_the_cache() {
    let world = World::new().start().await;
    world.browser().open("/cart").await;
    let forged = [
        ("x-bluegreen-release", "green"),
        ("x-bluegreen-release", "green.r1-0"),
        ("x-bluegreen-release", "../../secrets"),
        ("x-bluegreen-preview", "green.1"),
        ("x-bluegreen-decided-at", "viewer-request"),
        ("x-bluegreen-role", "fallback"),
        ("X-BlueGreen-Anything", "1"),
    ];
    for (name, value) in forged {
        let got = world.browser().ask(&Ask::page("/cart").header(name, value)).await;
        assert_eq!(
            (got.from, got.release()),
            (From::Edge(CacheResult::Hit), Some("blue")),
            "{name}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn forged_cookies_get_a_page_of_the_stage_and_an_honest_cookie() {
    let world = World::new().start().await;
    world.browser().open("/cart").await;
    let long = "a".repeat(65);
    let forged = [
        "green.r1-0",
        "green",
        "green.r1-99",
        "gone.r1-0",
        "../../etc",
        "%2e%2e",
        "",
        ".",
        "blue.r1-00",
        &long,
        "blue.r1-0.r1-0",
        "\"green\"",
        "green=green",
    ];
    for value in forged {
        let ann = world.browser();
        ann.plant_cookie("release", value);
        let got = ann.ask(&Ask::page("/cart")).await;
        assert_eq!(
            (got.from, got.release()),
            (From::Edge(CacheResult::Hit), Some("blue")),
            "`{value}`"
        );
        assert_eq!(ann.cookie("release").as_deref(), Some("blue.r1-0"), "`{value}`");
    }
}

#[tokio::test(start_paused = true)]
async fn only_releases_of_the_plan_are_ever_asked_of_the_bucket() {
    let world = World::new().start().await;
    let ann = world.browser();
    let table = [
        "/_r/gone/config.json",
        "/_r/../config.json",
        "/_r/%2e%2e/config.json",
        "/_r//config.json",
        "/config.json?dpl=gone",
        "/config.json?dpl=..%2f..",
    ];
    for path in table {
        let got = ann.ask(&Ask::asset(path)).await;
        assert!(
            matches!((got.status, got.release()), (200, Some("blue")) | (403, None)),
            "{path}: {got:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_foreign_reaches_the_back_end_as_it_was_sent() {
    let world = World::new().start().await;
    let ann = world.browser();
    ann.open("/").await;
    ann.plant_cookie("theme", "dark");
    ann.plant_cookie("xrelease", "green.r1-0");
    let table = [
        Ask::fetch("/api/search?q=a%20b&dpl=x&q=2").header("x-foreign-id", "1"),
        Ask::fetch("/api/search?").header("x-foreign-id", "a, b").header("accept-language", "de"),
        Ask::fetch("/api/orders").method("POST").header("x-foreign-id", "2"),
        Ask::fetch("/api/orders").method("DELETE").header("authorization", "Bearer abc"),
    ];
    for ask in table {
        let got = ann.ask(&ask).await;
        assert_eq!((got.status, got.release()), (200, Some("blue")), "{ask:?}");
    }
}
