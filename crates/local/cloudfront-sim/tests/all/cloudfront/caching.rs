//! Which responses are cached, where, for how long, and what viewers get from the cache.

use cloudfront_sim::InvalidationPath;

use crate::cloudfront::support::{Fields, ORIGIN, Site, get, only, request, response};

#[tokio::test]
async fn an_object_is_fetched_once_and_served_with_its_age_until_its_ttl_ends() {
    let site = Site::new()
        .origin(ORIGIN, |_| Ok(response(200, &[("cache-control", "max-age=60")], "hello")))
        .start();
    let rows = [(0, "Miss", ""), (0, "Hit", "0"), (59, "Hit", "59"), (1, "Miss", "")];
    for (seconds, x_cache, age) in rows {
        site.wait(seconds);
        let seen = site.get("/a").await;
        assert_eq!((seen.x_cache(), seen.header("age"), seen.text()), (x_cache, age, "hello"));
    }
    assert_eq!(site.asked().len(), 2);
}

#[tokio::test]
async fn every_edge_location_has_a_cache_of_its_own() {
    let site = Site::new().start();
    let rows = [("FRA50", "Miss"), ("IAD89", "Miss"), ("FRA50", "Hit"), ("IAD89", "Hit")];
    for (edge, x_cache) in rows {
        let seen = site.send_to(edge, get("/a")).await;
        assert_eq!((seen.x_cache(), seen.header("x-amz-cf-pop")), (x_cache, edge));
    }
}

#[tokio::test]
async fn what_the_origin_forbids_to_keep_is_fetched_every_time() {
    let forbid = [("cache-control", "no-store")];
    let site = Site::new().origin(ORIGIN, move |_| Ok(response(200, &forbid, "new"))).start();
    for times in 1..=2 {
        assert_eq!(site.get("/a").await.x_cache(), "Miss");
        assert_eq!(site.asked().len(), times);
    }
}

#[tokio::test]
async fn what_the_policy_names_tells_objects_apart_and_nothing_else_does() {
    let site = Site::new()
        .behavior(|behavior| {
            behavior.cache_policy.headers = only(&["x-color"]);
            behavior.cache_policy.query_strings = only(&["q"]);
        })
        .start();
    let rows = [
        ("the first", "/a?q=1", [("x-color", "blue"), ("x-other", "1")], "Miss"),
        ("another header", "/a?q=1", [("x-color", "blue"), ("x-other", "2")], "Hit"),
        ("another query string", "/a?q=1&r=2", [("x-color", "blue"), ("x-other", "1")], "Hit"),
        ("another value in the key", "/a?q=1", [("x-color", "green"), ("x-other", "1")], "Miss"),
        ("another query in the key", "/a?q=2", [("x-color", "blue"), ("x-other", "1")], "Miss"),
        ("another path", "/b?q=1", [("x-color", "blue"), ("x-other", "1")], "Miss"),
    ];
    for (name, url, headers, x_cache) in rows {
        let seen = site.send(request("GET", url, &headers)).await;
        assert_eq!(seen.x_cache(), x_cache, "{name}");
    }
}

#[tokio::test]
async fn an_object_answers_head_conditions_and_ranges() {
    let site =
        Site::new().origin(ORIGIN, |_| Ok(response(200, &[("etag", "\"1\"")], "hello"))).start();
    site.get("/a").await;
    let rows: [(&str, &str, Fields<'_>, u16, &str); 5] = [
        ("the same tag", "GET", &[("if-none-match", "\"1\"")], 304, ""),
        ("another tag", "GET", &[("if-none-match", "\"2\"")], 200, "hello"),
        ("a range", "GET", &[("range", "bytes=1-2")], 206, "el"),
        ("a range beyond it", "GET", &[("range", "bytes=9-")], 416, ""),
        ("head", "HEAD", &[], 200, ""),
    ];
    for (name, method, headers, status, body) in rows {
        let seen = site.send(request(method, "/a", headers)).await;
        assert_eq!((seen.status(), seen.text()), (status, body), "{name}");
    }
    assert_eq!(site.asked().len(), 1);
}

#[tokio::test]
async fn what_a_head_brings_never_stands_for_the_object() {
    let site = Site::new()
        .origin(ORIGIN, |request| {
            let body = if request.method() == "HEAD" { "" } else { "hello" };
            Ok(response(200, &[("content-length", "5")], body))
        })
        .start();
    let head = site.send(request("HEAD", "/a", &[])).await;
    assert_eq!((head.x_cache(), head.header("content-length"), head.text()), ("Miss", "5", ""));
    let get = site.get("/a").await;
    assert_eq!((get.x_cache(), get.text()), ("Miss", "hello"));
    let head = site.send(request("HEAD", "/a", &[])).await;
    assert_eq!((head.x_cache(), head.header("content-length"), head.text()), ("Hit", "5", ""));
}

#[tokio::test]
async fn methods_that_are_not_cached_pass_by_the_cache() {
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let site = Site::new().start();
        site.get("/a").await;
        for times in [2, 3] {
            assert_eq!(site.send(request(method, "/a", &[])).await.x_cache(), "Miss", "{method}");
            assert_eq!(site.asked().len(), times, "{method}");
        }
        assert_eq!(site.get("/a").await.x_cache(), "Hit", "{method}");
    }
}

#[tokio::test]
async fn options_has_an_object_of_its_own_where_it_is_cached() {
    let site = Site::new().behavior(|behavior| behavior.cache_options = true).start();
    let rows = [("OPTIONS", "Miss"), ("GET", "Miss"), ("OPTIONS", "Hit"), ("GET", "Hit")];
    for (method, x_cache) in rows {
        assert_eq!(site.send(request(method, "/a", &[])).await.x_cache(), x_cache, "{method}");
    }
}

#[tokio::test]
async fn an_invalidation_takes_every_variant_at_every_edge_location() {
    let site =
        Site::new().behavior(|behavior| behavior.cache_policy.headers = only(&["x-color"])).start();
    let variants = [("FRA50", "blue"), ("FRA50", "green"), ("IAD89", "blue")];
    for (edge, color) in variants {
        site.send_to(edge, request("GET", "/a/1", &[("x-color", color)])).await;
        site.send_to(edge, request("GET", "/b", &[("x-color", color)])).await;
    }
    let path = InvalidationPath::parse("/a/*").expect("it is a path");
    assert_eq!(site.cloudfront.invalidate(&path), 3);
    for (edge, color) in variants {
        let mut x_cache = Vec::new();
        for url in ["/a/1", "/b"] {
            let seen = site.send_to(edge, request("GET", url, &[("x-color", color)])).await;
            x_cache.push(seen.x_cache().to_owned());
        }
        assert_eq!(x_cache, ["Miss", "Hit"], "{color} in {edge}");
    }
}

#[tokio::test]
async fn people_see_what_a_cache_has() {
    let site = Site::new().start();
    site.get("/a").await;
    let objects = site.objects();
    let [object] = objects.as_slice() else { panic!("one object, not {}", objects.len()) };
    assert_eq!((object.path.as_str(), object.status, object.bytes), ("/a", 200, 5));
    assert_eq!(object.ttl.as_secs(), 86_400);
    assert!(site.cloudfront.objects(&cloudfront_sim::EdgeLocation("IAD89".into())).is_empty());
}
