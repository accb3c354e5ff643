//! The headers of responses to viewers.

use edge_event::{Response, Trigger};
use http::Version;

use crate::cloudfront::support::{Change, ORIGIN, Seen, Site, only, response};

/// The names of all headers, sorted.
fn names(seen: &Seen) -> Vec<&str> {
    let mut names: Vec<_> = seen.response.headers().keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_generated_object_is_dated_when_it_was_made_as_recorded_from_cloudfront() {
    let site = Site::new()
        .function(Trigger::OriginRequest, |_| {
            Response::status(200).header("Content-Type", "application/json").body("{}").into()
        })
        .start();
    let miss = site.get("/a").await;
    let expected = [
        "content-length",
        "content-type",
        "date",
        "server",
        "via",
        "x-amz-cf-id",
        "x-amz-cf-pop",
        "x-cache",
    ];
    assert_eq!(names(&miss), expected);
    assert_eq!((miss.header("server"), miss.header("content-length")), ("CloudFront", "2"));
    assert_eq!(miss.header("date"), "Sat, 22 Nov 2025 08:26:40 GMT");
    site.wait(10);
    let hit = site.get("/a").await;
    assert_eq!(names(&hit), [&["age"], expected.as_slice()].concat());
    assert_eq!((hit.header("date"), hit.header("age")), (miss.header("date"), "10"));
    assert_ne!(hit.header("x-amz-cf-id"), miss.header("x-amz-cf-id"));
}

#[tokio::test]
async fn the_origins_version_of_http_ends_at_cloudfront() {
    let old = |_| {
        let mut response = response(200, &[("cache-control", "max-age=60")], "hello");
        *response.version_mut() = Version::HTTP_10;
        Ok(response)
    };
    let site = Site::new().origin(ORIGIN, old).start();
    for name in ["miss", "hit"] {
        assert_eq!(site.get("/a").await.response.version(), Version::HTTP_11, "{name}");
    }
}

#[tokio::test]
async fn what_the_origin_says_of_itself_stays_and_what_concerns_the_connection_goes() {
    let headers = [
        ("date", "Sat, 25 May 2019 10:01:23 GMT"),
        ("server", "AmazonS3"),
        ("connection", "close"),
        ("keep-alive", "timeout=5"),
        ("trailer", "x-sum"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "h2c"),
        ("via", "1.1 proxy"),
        ("x-cache", "Hit from elsewhere"),
        ("x-anything", "kept"),
    ];
    let site = Site::new().origin(ORIGIN, move |_| Ok(response(200, &headers, "hello"))).start();
    let seen = site.get("/a").await;
    assert_eq!(
        (seen.header("date"), seen.header("server")),
        ("Sat, 25 May 2019 10:01:23 GMT", "AmazonS3")
    );
    assert_eq!((seen.header("x-anything"), seen.x_cache()), ("kept", "Miss"));
    assert!(seen.header("via").ends_with(".cloudfront.net (CloudFront)"), "{}", seen.header("via"));
    for gone in ["connection", "keep-alive", "trailer", "transfer-encoding", "upgrade"] {
        assert_eq!(seen.header(gone), "", "{gone}");
    }
}

#[tokio::test]
async fn vary_names_what_reaches_the_origin_and_nothing_else() {
    let rows: [(&str, Change, &str, &str); 4] = [
        ("encoding and cookie", |_| {}, "Accept-Encoding, Cookie", "Accept-Encoding, Cookie"),
        ("a header that does not reach it", |_| {}, "Origin", ""),
        (
            "a header that does",
            |behavior| behavior.origin_request_policy.headers = only(&["origin"]),
            "Origin, Accept-Language",
            "Origin",
        ),
        ("everything", |_| {}, "*", ""),
    ];
    for (name, change, said, told) in rows {
        let site = Site::new()
            .origin(ORIGIN, move |_| Ok(response(200, &[("vary", said)], "hello")))
            .behavior(change)
            .start();
        assert_eq!(site.get("/a").await.header("vary"), told, "{name}");
    }
}

#[tokio::test]
async fn responses_without_a_body_have_no_length() {
    for status in [204, 304] {
        let site = Site::new().origin(ORIGIN, move |_| Ok(response(status, &[], ""))).start();
        let seen = site.get("/a").await;
        assert_eq!((seen.status(), seen.header("content-length")), (status, ""));
    }
}
