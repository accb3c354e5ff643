use http::Method;
use proptest::prelude::*;

use super::*;

fn object() -> Response<Bytes> {
    let lines = [
        "etag: \"v1\"",
        "last-modified: Sun, 22 Nov 2026 08:00:00 GMT",
        "content-type: text/html",
        "set-cookie: a=1",
    ];
    response(200, &lines, "0123456789")
}

fn get(lines: &[&str]) -> Response<Bytes> {
    answer(&object(), &Method::GET, &headers(lines))
}

fn header<'a>(response: &'a Response<Bytes>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("a readable header"))
}

#[test]
fn one_range_gets_its_part() {
    let rows = [
        ("the first bytes", "bytes=0-3", "0123", "bytes 0-3/10"),
        ("one byte", "bytes=9-9", "9", "bytes 9-9/10"),
        ("from a byte on", "bytes=7-", "789", "bytes 7-9/10"),
        ("the last bytes", "bytes=-2", "89", "bytes 8-9/10"),
        ("more of the last than there are", "bytes=-99", "0123456789", "bytes 0-9/10"),
        ("past the end", "bytes=8-99", "89", "bytes 8-9/10"),
    ];
    for (name, range, body, content_range) in rows {
        let part = get(&[&format!("range: {range}")]);
        assert_eq!(
            (part.status().as_u16(), part.body().as_ref()),
            (206, body.as_bytes()),
            "{name}"
        );
        assert_eq!(header(&part, "content-range"), content_range, "{name}");
        assert_eq!(header(&part, "content-length"), body.len().to_string(), "{name}");
        assert_eq!(header(&part, "set-cookie"), "a=1", "{name}");
    }
}

/// The rules of page `RangeGETs`.
#[test]
fn ranges_that_break_a_rule_get_the_whole_object() {
    let rows = [
        ("descending", "bytes=3-4,1-2"),
        ("overlapping", "bytes=1-5,4-8"),
        ("the same twice", "bytes=1-2,1-2"),
        ("a negative value", "bytes=-2-4"),
        ("the end before the start", "bytes=4-2"),
        ("the end before the start, behind the end", "bytes=99-98"),
        ("one valid, one not", "bytes=0-1,x-y"),
        ("another unit", "lines=0-1"),
        ("nothing", "bytes="),
    ];
    for (name, range) in rows {
        let whole = get(&[&format!("range: {range}")]);
        assert_eq!((whole.status().as_u16(), whole.body()), (200, object().body()), "{name}");
    }
}

#[test]
fn a_range_behind_the_end_gets_416() {
    for range in ["bytes=10-", "bytes=10-12", "bytes=99-100,200-"] {
        let refused = get(&[&format!("range: {range}")]);
        assert_eq!((refused.status().as_u16(), refused.body().len()), (416, 0), "{range}");
        assert_eq!(header(&refused, "content-range"), "bytes */10", "{range}");
    }
}

#[test]
fn several_ranges_come_as_one_multipart_answer() {
    let parts = get(&["range: bytes=0-1, 4-5,20-30"]);
    assert_eq!(parts.status(), 206);
    let (_, boundary) = header(&parts, "content-type").split_once("boundary=").expect("a boundary");
    let boundary = boundary.trim_matches('"');
    let expected = format!(
        "\r\n--{boundary}\r\nContent-Type: text/html\r\nContent-Range: bytes 0-1/10\r\n\r\n01\
         \r\n--{boundary}\r\nContent-Type: text/html\r\nContent-Range: bytes 4-5/10\r\n\r\n45\
         \r\n--{boundary}--\r\n"
    );
    assert_eq!(parts.body(), &expected);
    assert_eq!(header(&parts, "content-length"), expected.len().to_string());
    assert_eq!(header(&parts, "content-range"), "");
}

#[test]
fn if_range_of_another_version_gets_the_whole_object() {
    let rows = [
        ("the tag", "\"v1\"", 206),
        ("another tag", "\"v0\"", 200),
        ("the weak tag is not strong enough", "W/\"v1\"", 200),
        ("the date", "Sun, 22 Nov 2026 08:00:00 GMT", 206),
        ("an older date", "Sun, 22 Nov 2026 07:00:00 GMT", 200),
    ];
    for (name, condition, status) in rows {
        let answer = get(&["range: bytes=0-1", &format!("if-range: {condition}")]);
        assert_eq!(answer.status().as_u16(), status, "{name}");
    }
}

#[test]
fn an_empty_object_has_no_parts() {
    let empty = response(200, &[], "");
    for range in ["range: bytes=0-0", "range: bytes=-1"] {
        assert_eq!(answer(&empty, &Method::GET, &headers(&[range])).status(), 416, "{range}");
    }
}

proptest! {
    #[test]
    fn a_part_is_that_slice_of_the_object(length in 1_usize..50, start in 0_usize..60, end in 0_usize..60) {
        let body = "x".repeat(length);
        let stored = response(200, &[], &body);
        let range = headers(&[&format!("range: bytes={start}-{end}")]);
        let answer = answer(&stored, &Method::GET, &range);
        let (status, bytes) = (answer.status().as_u16(), answer.body().len());
        let expected = match (end < start, start >= length) {
            (true, _) => (200, length),
            (false, true) => (416, 0),
            (false, false) => (206, end.min(length - 1) - start + 1),
        };
        prop_assert_eq!((status, bytes), expected);
    }
}
