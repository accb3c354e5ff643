//! Objects past their TTL.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use cloudfront_sim::OriginError;
use edge_event::Trigger;
use http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};

use crate::cloudfront::support::{Answer, ORIGIN, Running, Site, only, response};

const MODIFIED: &str = "Sat, 25 May 2019 10:01:23 GMT";

/// An origin that answers with the status that the test sets. Status 0: it does not answer.
struct Weather(Arc<AtomicU16>);

impl Weather {
    fn set(&self, status: u16) {
        self.0.store(status, Ordering::Relaxed);
    }
}

fn site(change: impl FnOnce(Site) -> Site) -> (Running, Weather) {
    let status = Arc::new(AtomicU16::new(200));
    let weather = Weather(Arc::clone(&status));
    let site = Site::new().origin(ORIGIN, move |_| answer(status.load(Ordering::Relaxed)));
    (change(site).start(), weather)
}

fn answer(status: u16) -> Answer {
    let headers = [("cache-control", "max-age=60"), ("etag", "\"1\""), ("last-modified", MODIFIED)];
    match status {
        0 => Err(OriginError::Unreachable("down".into())),
        304 => Ok(response(304, &headers, "")),
        200 => Ok(response(200, &headers, "hello")),
        _ => Ok(response(status, &[], "trouble")),
    }
}

#[tokio::test]
async fn the_origin_is_asked_whether_an_object_is_still_right() {
    let (site, weather) = site(|site| {
        let pass = |event: edge_event::Event| event.passthrough();
        site.function(Trigger::OriginRequest, pass).function(Trigger::OriginResponse, pass)
    });
    site.get("/a").await;
    site.wait(60);
    weather.set(304);
    let seen = site.get("/a").await;
    assert_eq!((seen.status(), seen.x_cache(), seen.text()), (200, "RefreshHit", "hello"));
    assert_eq!(site.get("/a").await.x_cache(), "Hit");

    let asked = site.asked().remove(1).1;
    assert_eq!(asked.headers()[IF_NONE_MATCH], "\"1\"");
    assert_eq!(asked.headers()[IF_MODIFIED_SINCE], MODIFIED);
    let event = site.events(Trigger::OriginRequest).remove(1);
    assert_eq!(event.request.headers.get("if-none-match"), Some("\"1\""));
    let event = site.events(Trigger::OriginResponse).remove(1);
    assert_eq!(event.response.unwrap_or_default().status, "304");
}

#[tokio::test]
async fn an_object_that_has_changed_takes_the_place_of_the_old_one() {
    let (site, _) = site(|site| site);
    site.get("/a").await;
    site.wait(60);
    assert_eq!(site.get("/a").await.x_cache(), "Miss");
    assert_eq!(site.get("/a").await.x_cache(), "Hit");
}

#[tokio::test]
async fn nothing_is_confirmed_where_cookies_are_forwarded() {
    let (site, _) = site(|site| {
        site.behavior(|behavior| behavior.origin_request_policy.cookies = only(&["a"]))
    });
    site.get("/a").await;
    site.wait(60);
    assert_eq!(site.get("/a").await.x_cache(), "Miss");
    assert!(!site.asked().remove(1).1.headers().contains_key(IF_NONE_MATCH));
}

#[tokio::test]
async fn an_expired_object_is_served_while_the_origin_fails_and_the_origin_left_alone() {
    for status in [500, 503, 504, 0] {
        let (site, weather) = site(|site| site);
        site.get("/a").await;
        site.wait(60);
        weather.set(status);
        // The origin is asked, then not asked for the ten seconds that its error would be cached, then asked again.
        for (seconds, asked) in [(0, 2), (9, 2), (1, 3)] {
            site.wait(seconds);
            let seen = site.get("/a").await;
            assert_eq!(
                (seen.status(), seen.x_cache(), seen.text()),
                (200, "Hit", "hello"),
                "{status}"
            );
            assert_eq!(site.asked().len(), asked, "{status}");
        }
        weather.set(200);
        site.wait(10);
        assert_eq!(site.get("/a").await.x_cache(), "Miss", "{status}");
    }
}

#[tokio::test]
async fn an_error_of_the_viewers_takes_the_expired_object_away() {
    let (site, weather) = site(|site| site);
    site.get("/a").await;
    site.wait(60);
    weather.set(404);
    assert_eq!(site.get("/a").await.status(), 404);
}

/// An origin that answers `one`, `two`, `three` with these directives, and then does not answer any more.
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
