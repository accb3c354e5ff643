use http::Method;

use super::*;

/// An object of ten bytes with every header that matters.
fn object() -> Response<Bytes> {
    let lines = [
        "etag: \"v1\"",
        "last-modified: Sun, 22 Nov 2026 08:00:00 GMT",
        "content-type: text/html",
        "cache-control: max-age=60",
        "set-cookie: release=41ab03d.r12-0",
        "x-release: 41ab03d",
    ];
    response(200, &lines, "0123456789")
}

fn status(method: &Method, lines: &[&str]) -> u16 {
    answer(&object(), method, &headers(lines)).status().as_u16()
}

#[test]
fn a_viewer_that_has_the_object_gets_304() {
    let same = "if-modified-since: Sun, 22 Nov 2026 08:00:00 GMT";
    let older = "if-modified-since: Sun, 22 Nov 2026 07:59:59 GMT";
    let rows: &[(&str, &[&str], u16)] = &[
        ("no condition", &[], 200),
        ("the tag", &["if-none-match: \"v1\""], 304),
        ("the weak tag", &["if-none-match: W/\"v1\""], 304),
        ("one of several tags", &["if-none-match: \"v0\", W/\"v1\""], 304),
        ("any tag", &["if-none-match: *"], 304),
        ("another tag", &["if-none-match: \"v0\""], 200),
        ("the same date", &[same], 304),
        ("a later date", &["if-modified-since: Sun, 22 Nov 2026 09:00:00 GMT"], 304),
        ("an older date", &[older], 200),
        ("no date", &["if-modified-since: yesterday"], 200),
        ("another tag beats the date", &["if-none-match: \"v0\"", same], 200),
        ("the tag beats an older date", &["if-none-match: \"v1\"", older], 304),
        ("the tag beats a range", &["if-none-match: \"v1\"", "range: bytes=0-1"], 304),
    ];
    for (name, lines, expected) in rows {
        assert_eq!(status(&Method::GET, lines), *expected, "{name}");
        let with_head = if *expected == 304 { 304 } else { 200 };
        assert_eq!(status(&Method::HEAD, lines), with_head, "{name}, HEAD");
    }
}

#[test]
fn a_304_has_the_headers_but_neither_content_nor_cookie() {
    let answer = answer(&object(), &Method::GET, &headers(&["if-none-match: \"v1\""]));
    assert!(answer.body().is_empty());
    assert_eq!(
        *answer.headers(),
        headers(&[
            "etag: \"v1\"",
            "last-modified: Sun, 22 Nov 2026 08:00:00 GMT",
            "cache-control: max-age=60",
            "x-release: 41ab03d",
        ])
    );
}

#[test]
fn without_validators_nothing_is_unchanged() {
    let bare = response(200, &[], "0123456789");
    let conditions = [
        "if-none-match: \"v1\"",
        "if-none-match: *",
        "if-modified-since: Sun, 22 Nov 2026 09:00:00 GMT",
    ];
    for condition in conditions {
        let answer = answer(&bare, &Method::GET, &headers(&[condition]));
        assert_eq!(answer.status(), 200, "{condition}");
    }
}

#[test]
fn head_gets_the_headers_and_the_length() {
    let head = answer(&object(), &Method::HEAD, &headers(&["range: bytes=0-1"]));
    assert_eq!((head.status().as_u16(), head.body().len()), (200, 0));
    assert_eq!(head.headers().get("content-length"), Some(&HeaderValue::from_static("10")));
    assert_eq!(head.headers().get("etag"), object().headers().get("etag"));
}

#[test]
fn errors_and_redirects_are_served_whole() {
    for status in [204, 301, 404, 503] {
        let stored = response(status, &["etag: \"v1\""], "0123456789");
        let viewer = headers(&["if-none-match: \"v1\"", "range: bytes=0-1"]);
        let get = answer(&stored, &Method::GET, &viewer);
        assert_eq!((get.status(), get.body()), (stored.status(), stored.body()));
        let head = answer(&stored, &Method::HEAD, &viewer);
        assert_eq!((head.status(), head.body().len()), (stored.status(), 0));
    }
}

#[test]
fn options_has_no_conditions() {
    let options = answer(&object(), &Method::OPTIONS, &headers(&["if-none-match: \"v1\""]));
    assert_eq!((options.status().as_u16(), options.body().len()), (200, 10));
}
