//! When responses have cookies.

use cloudfront_sim::Names;
use edge_event::{Response, Trigger};

use crate::cloudfront::support::{Change, ORIGIN, Site, only, response};

const FORWARDED: Change = |behavior| {
    behavior.origin_request_policy.cookies = Names::Only(vec!["release".into()]);
};

fn cookies(seen: &crate::cloudfront::support::Seen) -> Vec<&str> {
    let values = seen.response.headers().get_all("set-cookie").iter();
    values.map(|value| value.to_str().expect("it is ASCII")).collect()
}

fn site() -> Site {
    let two = [("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2")];
    Site::new().origin(ORIGIN, move |_| Ok(response(200, &two, "hello")))
}

#[tokio::test]
async fn cookies_are_kept_with_the_object_and_replayed_where_cookies_are_forwarded() {
    let site = site().behavior(FORWARDED).start();
    for x_cache in ["Miss", "Hit", "Hit"] {
        let seen = site.get("/a").await;
        assert_eq!((seen.x_cache(), cookies(&seen)), (x_cache, vec!["a=1; Path=/", "b=2"]));
    }
}

#[tokio::test]
async fn cookies_in_the_key_let_cookies_pass_too() {
    let site =
        site().behavior(|behavior| behavior.cache_policy.cookies = only(&["release"])).start();
    assert_eq!(cookies(&site.get("/a").await).len(), 2);
}

#[tokio::test]
async fn no_response_has_cookies_where_none_are_forwarded() {
    let site = site()
        .function(Trigger::OriginResponse, |event| {
            let response = event.response.unwrap_or_default();
            assert!(!response.headers.contains("set-cookie"));
            response.header("Set-Cookie", "function=1").into()
        })
        .start();
    for x_cache in ["Miss", "Hit"] {
        let seen = site.get("/a").await;
        assert_eq!((seen.x_cache(), cookies(&seen)), (x_cache, vec![]));
    }
}

#[tokio::test]
async fn what_origin_response_adds_is_kept_with_the_object() {
    let site = site()
        .behavior(FORWARDED)
        .function(Trigger::OriginResponse, |event| {
            event.response.unwrap_or_default().header("Set-Cookie", "release=41ab03d").into()
        })
        .start();
    for x_cache in ["Miss", "Hit"] {
        let seen = site.get("/a").await;
        let expected = vec!["a=1; Path=/", "b=2", "release=41ab03d"];
        assert_eq!((seen.x_cache(), cookies(&seen)), (x_cache, expected));
    }
}

#[tokio::test]
async fn viewer_triggers_set_cookies_always() {
    let made = |_| Response::status(302).header("Set-Cookie", "made=1").into();
    let site = Site::new().function(Trigger::ViewerRequest, made).start();
    assert_eq!(cookies(&site.get("/a").await), ["made=1"]);

    let site = Site::new()
        .function(Trigger::ViewerResponse, |event| {
            event.response.unwrap_or_default().header("Set-Cookie", "seen=1").into()
        })
        .start();
    assert_eq!(cookies(&site.get("/a").await), ["seen=1"]);
}
