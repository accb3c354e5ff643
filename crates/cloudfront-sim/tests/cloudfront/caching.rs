//! What is kept, where, for how long, and who waits for whom.

use crate::support::{Site, get, response};

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
