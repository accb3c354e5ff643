//! What is kept, where, for how long, and who waits for whom.

use std::sync::Mutex;

use cloudfront_sim::OriginError;

use crate::support::{ORIGIN, Site, get, response};

#[tokio::test]
async fn an_object_is_fetched_once_and_served_from_the_cache_with_its_age() {
    let site = Site::new().start();
    let miss = site.get("/a").await;
    assert_eq!((miss.status(), miss.x_cache(), miss.header("age")), (200, "Miss", ""));
    site.wait(10);
    let hit = site.get("/a").await;
    assert_eq!((hit.status(), hit.x_cache(), hit.header("age")), (200, "Hit", "10"));
    assert_eq!((miss.text(), hit.text()), ("hello", "hello"));
    assert_eq!(site.asked().len(), 1);
}

#[tokio::test]
async fn every_edge_location_has_a_cache_of_its_own() {
    let site = Site::new().start();
    for (edge, expected) in
        [("FRA50", "Miss"), ("IAD89", "Miss"), ("FRA50", "Hit"), ("IAD89", "Hit")]
    {
        let seen = site.send_to(edge, get("/a")).await;
        assert_eq!((seen.x_cache(), seen.header("x-amz-cf-pop")), (expected, edge));
    }
}

#[tokio::test]
async fn what_the_origin_forbids_to_keep_is_fetched_every_time() {
    let site = Site::new()
        .origin("origin.example.com", |_| {
            Ok(response(200, &[("cache-control", "no-store")], "new"))
        })
        .start();
    for _ in 0..2 {
        assert_eq!(site.get("/a").await.x_cache(), "Miss");
    }
    assert_eq!(site.asked().len(), 2);
}

/// An origin that answers `one`, `two`, `three`, each time with these directives, and then nothing.
fn counting(cache_control: &'static str) -> Site {
    let answers = Mutex::new(["one", "two", "three"].into_iter());
    Site::new().origin(ORIGIN, move |_| {
        let next = answers.lock().expect("no test panics while it holds the lock").next();
        let body = next.ok_or(OriginError::TimedOut)?;
        Ok(response(200, &[("cache-control", cache_control)], body))
    })
}

#[tokio::test]
async fn a_stale_object_is_served_at_once_where_the_origin_allows_it() {
    let site = counting("max-age=60, stale-while-revalidate=30").start();
    let rows = [
        ("first", 0, "Miss", "one"),
        ("fresh", 59, "Hit", "one"),
        ("stale, and the next one is fetched", 1, "Hit", "one"),
        ("the next one", 0, "Hit", "two"),
        ("too stale", 90, "Miss", "three"),
    ];
    for (name, wait, x_cache, text) in rows {
        site.wait(wait);
        let seen = site.get("/a").await;
        assert_eq!((seen.x_cache(), seen.text()), (x_cache, text), "{name}");
    }
}

/// Page `Expiration`, the warning below its table.
#[tokio::test]
async fn an_outage_serves_even_what_was_not_to_be_stored() {
    let rows = [
        ("no-store", "no-store", 200),
        ("private", "private", 200),
        ("refused by the origin", "no-store, stale-if-error=0", 504),
    ];
    for (name, cache_control, status) in rows {
        let site = counting(cache_control).start();
        for text in ["one", "two", "three"] {
            assert_eq!(site.get("/a").await.text(), text, "{name}");
        }
        assert_eq!(site.get("/a").await.status(), status, "{name}");
    }
}
