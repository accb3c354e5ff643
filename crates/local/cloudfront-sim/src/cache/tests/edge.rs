use std::collections::BTreeMap;

use edge_event::Request;
use proptest::prelude::*;

use super::*;

/// A cache with one object, `/a`, that is fresh for a minute.
fn cache() -> EdgeCache {
    let mut cache = EdgeCache::new();
    cache.store(key("/a"), response(200, &["etag: \"1\""], "v1"), seconds(60), NOW);
    cache
}

fn refresh(cache: &mut EdgeCache, lines: &[&str], now: Timestamp) -> Option<Stored> {
    let ttl = Ttl { policy: &policy(), error_ttls: &BTreeMap::new(), origin: OriginKind::Custom };
    let (Lookup::Fresh(asked) | Lookup::Held(asked) | Lookup::Stale(asked)) =
        cache.lookup(&key("/a"), now)
    else {
        return None;
    };
    cache.refresh(&key("/a"), &asked, &headers(lines), &ttl, now)
}

#[test]
fn an_object_is_fresh_until_its_ttl_has_passed() {
    let mut cache = cache();
    let rows =
        [("at once", 0, "fresh v1"), ("last second", 59, "fresh v1"), ("then", 60, "stale v1")];
    for (name, second, expected) in rows {
        assert_eq!(found(&mut cache, &key("/a"), at(second)), expected, "{name}");
    }
    assert_eq!(found(&mut cache, &key("/b"), NOW), "absent");
}

#[test]
fn a_ttl_of_zero_is_stale_at_once() {
    let mut cache = EdgeCache::new();
    cache.store(key("/a"), response(200, &[], "v1"), seconds(0), NOW);
    assert_eq!(found(&mut cache, &key("/a"), NOW), "stale v1");
}

#[test]
fn age_counts_from_when_the_origin_answered() {
    let mut cache = cache();
    let Lookup::Fresh(stored) = cache.lookup(&key("/a"), at(7)) else { panic!("it is fresh") };
    assert_eq!((stored.age, stored.ttl), (seconds(7), seconds(60)));
    let Lookup::Fresh(stored) = cache.lookup(&key("/a"), Timestamp(NOW.0 - 5_000)) else {
        panic!("a clock that went back makes nothing stale")
    };
    assert_eq!(stored.age, seconds(0));
}

#[test]
fn a_304_makes_the_object_fresh_with_its_headers() {
    let mut cache = cache();
    let lines = ["cache-control: max-age=120", "set-cookie: a=2", "content-length: 0"];
    let stored = refresh(&mut cache, &lines, at(60)).expect("the object is there");
    let expected = ["cache-control: max-age=120", "etag: \"1\"", "set-cookie: a=2"];
    assert_eq!(*stored.response.headers(), headers(&expected));
    assert_eq!((stored.age, stored.ttl), (seconds(0), seconds(120)));
    assert_eq!(found(&mut cache, &key("/a"), at(179)), "fresh v1");
    assert_eq!(found(&mut cache, &key("/a"), at(180)), "stale v1");
}

#[test]
fn a_304_that_says_nothing_leaves_the_objects_own_lifetime() {
    let mut cache = EdgeCache::new();
    let object = response(200, &["cache-control: max-age=60"], "v1");
    cache.store(key("/a"), object, seconds(60), NOW);
    assert_eq!(refresh(&mut cache, &[], at(90)).map(|stored| stored.ttl), Some(seconds(60)));
}

#[test]
fn a_304_for_an_object_that_is_gone_or_another_meanwhile_changes_nothing() {
    let rows = [("gone", None, "absent"), ("another", Some("\"2\""), "fresh v2")];
    for (name, tag, expected) in rows {
        let mut cache = cache();
        let Lookup::Stale(asked) = cache.lookup(&key("/a"), at(60)) else { panic!("{name}") };
        cache.evict(&key("/a"));
        if let Some(tag) = tag {
            let object = response(200, &[&format!("etag: {tag}")], "v2");
            cache.store(key("/a"), object, seconds(60), at(60));
        }
        let ttl =
            Ttl { policy: &policy(), error_ttls: &BTreeMap::new(), origin: OriginKind::Custom };
        let late = headers(&["etag: \"1\""]);
        assert!(cache.refresh(&key("/a"), &asked, &late, &ttl, at(61)).is_none(), "{name}");
        assert_eq!(found(&mut cache, &key("/a"), at(61)), expected, "{name}");
        if let Lookup::Fresh(stored) = cache.lookup(&key("/a"), at(61)) {
            assert_eq!(stored.response.headers()["etag"], "\"2\"", "{name}");
        }
    }
}

#[test]
fn after_a_failure_the_origin_is_left_alone_for_a_while() {
    let mut cache = cache();
    cache.hold(&key("/a"), seconds(10), at(100));
    assert_eq!(found(&mut cache, &key("/a"), at(109)), "held v1");
    assert_eq!(found(&mut cache, &key("/a"), at(110)), "stale v1");
}

#[test]
fn cookies_are_kept_unless_the_origin_withholds_them() {
    let rows = [
        ("kept", "max-age=60", Some("a=1")),
        ("withheld", "max-age=60, no-cache=\"Set-Cookie\"", None),
        ("another field withheld", "max-age=60, no-cache=\"X-A\"", Some("a=1")),
    ];
    for (name, cache_control, expected) in rows {
        let mut cache = EdgeCache::new();
        let lines = ["set-cookie: a=1", &format!("cache-control: {cache_control}")];
        cache.store(key("/a"), response(200, &lines, ""), seconds(60), NOW);
        let Lookup::Fresh(stored) = cache.lookup(&key("/a"), NOW) else { panic!("{name}") };
        let cookie = stored.response.headers().get("set-cookie");
        assert_eq!(cookie.and_then(|value| value.to_str().ok()), expected, "{name}");
    }
}

#[test]
fn an_invalidation_removes_all_variants_of_its_path() {
    let policy = CachePolicy {
        headers: only(&["x-stamp"]),
        cookies: only(&["release"]),
        query_strings: Names::All,
        ..policy()
    };
    let of = |request: &Request| CacheKey::of(&policy, HOST, request);
    let variants = [
        of(&Request::get("/a")),
        of(&Request::get("/a").header("x-stamp", "41ab03d")),
        of(&Request::get("/a").cookie("release=9f2c1e7")),
        of(&Request::new("OPTIONS", "/a")),
    ];
    let others = [of(&Request::get("/a?x=1")), of(&Request::get("/A"))];
    let mut cache = EdgeCache::new();
    for key in variants.iter().chain(&others) {
        cache.store(key.clone(), response(200, &[], "v1"), seconds(60), NOW);
    }
    let path = InvalidationPath::parse("/a").expect("a path");
    assert_eq!(cache.invalidate(&path), variants.len());
    assert_eq!(cache.invalidate(&path), 0);
    for key in &variants {
        assert_eq!(found(&mut cache, key, NOW), "absent", "{key}");
    }
    for key in &others {
        assert_eq!(found(&mut cache, key, NOW), "fresh v1", "{key}");
    }
}

#[test]
fn what_was_not_asked_for_longest_goes_first() {
    let mut cache = cache();
    cache.store(key("/b"), response(200, &[], "v1"), seconds(60), NOW);
    assert_eq!(found(&mut cache, &key("/a"), NOW), "fresh v1");
    assert!(cache.evict_one());
    assert_eq!(found(&mut cache, &key("/b"), NOW), "absent");
    assert!(cache.evict_one());
    assert!(!cache.evict_one());
}

#[test]
fn objects_never_take_more_than_the_capacity() {
    // Each object takes 2 KiB besides its body.
    let mut cache = EdgeCache::with_capacity((4 << 10) + 10);
    let bodies = [("/a", "1234"), ("/b", "1234"), ("/a", "123456"), ("/c", "1")];
    for (path, body) in bodies {
        cache.store(key(path), response(200, &[], body), seconds(60), NOW);
    }
    assert_eq!(found(&mut cache, &key("/b"), NOW), "absent");
    assert_eq!(found(&mut cache, &key("/a"), NOW), "fresh 123456");
    let large = "1".repeat((2 << 10) + 11);
    cache.store(key("/d"), response(200, &[], &large), seconds(60), NOW);
    assert_eq!(cache.objects(), []);
}

#[test]
fn objects_without_a_body_take_room_as_well() {
    let mut cache = EdgeCache::with_capacity(6 << 10);
    for number in 0..10 {
        cache.store(key(&format!("/{number}")), response(301, &[], ""), seconds(60), NOW);
    }
    assert_eq!(cache.objects().len(), 3);
}

#[test]
fn objects_are_told_for_people() {
    let summary = ObjectSummary {
        key: format!("{HOST}/a"),
        path: "/a".into(),
        status: 200,
        bytes: 2,
        confirmed: NOW,
        ttl: seconds(60),
    };
    assert_eq!(cache().objects(), [summary]);
}

/// A change of a cache.
#[derive(Debug, Clone)]
enum Event {
    Store { path: usize, ttl: u64 },
    Refresh,
    Hold { path: usize },
    Invalidate { path: usize },
    Evict,
    Pass { seconds: u64 },
}

const PATHS: [&str; 3] = ["/a", "/a/b", "/c"];
const INVALIDATIONS: [&str; 4] = ["/a", "/a*", "/a/*", "/*"];

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..PATHS.len(), 0..90_u64).prop_map(|(path, ttl)| Event::Store { path, ttl }),
        1 => Just(Event::Refresh),
        1 => (0..PATHS.len()).prop_map(|path| Event::Hold { path }),
        1 => (0..INVALIDATIONS.len()).prop_map(|path| Event::Invalidate { path }),
        1 => Just(Event::Evict),
        4 => (0..60_u64).prop_map(|seconds| Event::Pass { seconds }),
    ]
}

/// The time and TTL with which each path was last stored, unless it was invalidated since.
type Model = BTreeMap<&'static str, (u64, u64)>;

fn apply(event: &Event, cache: &mut EdgeCache, model: &mut Model, now: &mut u64) {
    match *event {
        Event::Store { path, ttl } => {
            cache.store(key(PATHS[path]), response(200, &[], "v1"), seconds(ttl), at(*now));
            model.insert(PATHS[path], (*now, ttl));
        }
        Event::Refresh => {
            if let Some(stored) = refresh(cache, &[], at(*now)) {
                model.insert("/a", (*now, stored.ttl.as_secs()));
            }
        }
        Event::Hold { path } => cache.hold(&key(PATHS[path]), seconds(10), at(*now)),
        Event::Invalidate { path } => {
            let path = InvalidationPath::parse(INVALIDATIONS[path]).expect("a path");
            cache.invalidate(&path);
            model.retain(|stored, _| !path.matches(stored));
        }
        Event::Evict => _ = cache.evict_one(),
        Event::Pass { seconds } => *now += seconds,
    }
}

proptest! {
    #[test]
    fn nothing_is_served_past_its_ttl_as_fresh_or_after_its_invalidation(
        events in proptest::collection::vec(event(), 1..60)
    ) {
        let (mut cache, mut model, mut now) = (EdgeCache::new(), Model::new(), 0);
        for event in &events {
            apply(event, &mut cache, &mut model, &mut now);
            for path in PATHS {
                let fresh = model.get(path).is_some_and(|(stored, ttl)| now < stored + ttl);
                match cache.lookup(&key(path), at(now)) {
                    Lookup::Fresh(stored) => {
                        prop_assert!(fresh, "{path} is served as fresh");
                        prop_assert!(stored.age < stored.ttl);
                    }
                    Lookup::Held(_) | Lookup::Stale(_) => {
                        prop_assert!(model.contains_key(path), "{path} was invalidated");
                        prop_assert!(!fresh, "{path} is fresh");
                    }
                    Lookup::Absent => {}
                }
            }
        }
    }
}
