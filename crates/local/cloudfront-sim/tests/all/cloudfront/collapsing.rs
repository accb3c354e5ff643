//! Request collapsing: requests for the same object at the same time.

use std::time::Duration;

use cloudfront_sim::Behavior;
use futures_util::future::join_all;

use crate::cloudfront::support::{Change, ORIGIN, Running, Site, get, only, request, response};

/// An origin that takes a second, with a `Cache-Control`.
fn slow(cache_control: &'static str, change: impl FnOnce(&mut Behavior)) -> Running {
    let site = Site::new().slow_origin(ORIGIN, move |_| {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok(response(200, &[("cache-control", cache_control)], "hello"))
        })
    });
    site.behavior(change).start()
}

async fn three(site: &Running) -> Vec<String> {
    let seen = join_all((0..3).map(|_| site.get("/a"))).await;
    seen.iter().map(|seen| seen.x_cache().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn requests_for_an_object_wait_for_the_first_of_them() {
    let site = slow("max-age=60", |_| {});
    assert_eq!(three(&site).await, ["Miss", "Hit", "Hit"]);
    assert_eq!(site.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn those_that_waited_in_vain_ask_the_origin_themselves() {
    let site = slow("no-store", |_| {});
    assert_eq!(three(&site).await, ["Miss", "Miss", "Miss"]);
    assert_eq!(site.asked().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_where_nothing_is_kept_or_cookies_are_forwarded() {
    let rows: [(&str, Change); 3] = [
        ("nothing is kept", |behavior| {
            let policy = &mut behavior.cache_policy;
            (policy.default_ttl, policy.max_ttl) = (Duration::ZERO, Duration::ZERO);
        }),
        ("cookies in the key", |behavior| behavior.cache_policy.cookies = only(&["a"])),
        ("cookies forwarded", |behavior| behavior.origin_request_policy.cookies = only(&["a"])),
    ];
    for (name, change) in rows {
        let site = slow("max-age=60", change);
        assert_eq!(three(&site).await, ["Miss", "Miss", "Miss"], "{name}");
        assert_eq!(site.asked().len(), 3, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn other_objects_other_edges_and_heads_do_not_wait() {
    let site = slow("max-age=60", |_| {});
    let began = tokio::time::Instant::now();
    tokio::join!(
        site.get("/a"),
        site.get("/b"),
        site.send_to("IAD89", get("/a")),
        site.send(request("HEAD", "/a", &[])),
    );
    assert_eq!(site.asked().len(), 4);
    assert_eq!(began.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_viewer_that_goes_away_leaves_nobody_waiting() {
    let site = slow("max-age=60", |_| {});
    let (first, second) = tokio::join!(
        tokio::time::timeout(Duration::from_millis(500), site.get("/a")),
        site.get("/a")
    );
    assert!(first.is_err());
    assert_eq!((second.status(), site.asked().len()), (200, 2));
}
