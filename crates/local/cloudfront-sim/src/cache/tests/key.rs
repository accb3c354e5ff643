use edge_event::Request;
use proptest::prelude::*;

use super::*;

fn of(policy: &CachePolicy, request: &Request) -> CacheKey {
    CacheKey::of(policy, HOST, request)
}

/// Header `x-stamp`, cookie `release`, query string `lang`.
fn naming() -> CachePolicy {
    CachePolicy {
        headers: only(&["X-Stamp"]),
        cookies: only(&["release"]),
        query_strings: only(&["lang"]),
        ..policy()
    }
}

/// All cookies and query strings.
fn all() -> CachePolicy {
    CachePolicy { cookies: Names::All, query_strings: Names::All, ..policy() }
}

#[test]
fn requests_that_the_policy_does_not_tell_apart_share_an_object() {
    let others = CachePolicy { cookies: Names::AllExcept(vec!["seen".into()]), ..policy() };
    let two = CachePolicy { headers: only(&["x-stamp", "x-b"]), ..policy() };
    let get = Request::get;
    let stamped = || get("/a").header("x-stamp", "1");
    let head = Request::new("HEAD", "/a");
    let elsewhere = get("/a").client_ip("198.51.100.7");
    let rows = [
        ("GET and HEAD", naming(), get("/a"), head),
        ("the viewer's address", all(), get("/a"), elsewhere),
        ("a header", naming(), get("/a").header("accept", "*/*"), get("/a")),
        (
            "a header's casing",
            naming(),
            get("/a").header("X-STAMP", "1"),
            get("/a").header("x-stamp", "1"),
        ),
        (
            "the order of cookies",
            all(),
            get("/a").cookie("b=2; a=1"),
            get("/a").cookie("a=1;  b=2"),
        ),
        (
            "cookies on two lines",
            all(),
            get("/a").cookie("b=2").cookie("a=1"),
            get("/a").cookie("a=1;b=2"),
        ),
        ("a cookie", naming(), get("/a").cookie("theme=dark"), get("/a")),
        ("the same in another casing", naming(), get("/a").cookie("Release=1"), get("/a")),
        ("one that ends the same", naming(), get("/a").cookie("xrelease=1"), get("/a")),
        (
            "a name with a dollar sign",
            all(),
            get("/a").cookie("$Version=1; a=1"),
            get("/a").cookie("a=1"),
        ),
        ("what is no name=value", all(), get("/a").cookie("a=1; b;;"), get("/a").cookie("a=1")),
        (
            "the excepted cookie",
            others,
            get("/a").cookie("a=1; seen=1"),
            get("/a").cookie("a=1; seen=2"),
        ),
        ("a query string", naming(), get("/a?lang=en&utm_source=mail"), get("/a?lang=en")),
        ("behind a semicolon", naming(), get("/a?size=large;lang=en"), get("/a?size=large")),
        (
            "the order of headers",
            two,
            stamped().header("x-b", "2"),
            get("/a").header("x-b", "2").header("x-stamp", "1"),
        ),
        ("an empty query", all(), get("/a?"), get("/a")),
    ];
    for (name, policy, a, b) in rows {
        assert_eq!(of(&policy, &a), of(&policy, &b), "{name}");
    }
}

#[test]
fn requests_that_differ_in_what_the_policy_names_share_nothing() {
    let get = Request::get;
    let stamped = |value| get("/a").header("x-stamp", value);
    let options = Request::new("OPTIONS", "/a");
    let rows = [
        ("GET and OPTIONS", naming(), get("/a"), options),
        ("the path's casing", naming(), get("/a"), get("/A")),
        ("an escape in the path", naming(), get("/a%2Fb"), get("/a%2fb")),
        ("a header's value in another casing", naming(), stamped("9F2C1E7"), stamped("9f2c1e7")),
        ("an empty header and none", naming(), stamped(""), get("/a")),
        ("one value and two", naming(), stamped("1, 2"), stamped("1").header("x-stamp", "2")),
        (
            "a cookie's value",
            naming(),
            get("/a").cookie("release=1"),
            get("/a").cookie("release=2"),
        ),
        ("an empty cookie and none", naming(), get("/a").cookie("release="), get("/a")),
        ("the order of query strings", all(), get("/a?x=1&y=2"), get("/a?y=2&x=1")),
        ("their casing", all(), get("/a?x=1"), get("/a?X=1")),
        ("a semicolon in a value", naming(), get("/a?lang=en;size=large"), get("/a?lang=en")),
        ("an empty value and none", naming(), get("/a?lang="), get("/a?lang")),
    ];
    for (name, policy, a, b) in rows {
        assert_ne!(of(&policy, &a), of(&policy, &b), "{name}");
    }
}

#[test]
fn another_distribution_shares_nothing() {
    let request = Request::get("/a");
    let other = CacheKey::of(&policy(), "d222222abcdef8.cloudfront.net", &request);
    assert_ne!(of(&policy(), &request), other);
}

#[test]
fn a_key_reads_like_a_request() {
    let request = Request::get("/cart?lang=en&x=1")
        .header("x-stamp", "41ab03d.r12-1")
        .cookie("theme=dark; release=41ab03d");
    assert_eq!(
        of(&naming(), &request).to_string(),
        "d111111abcdef8.cloudfront.net/cart?lang=en x-stamp: 41ab03d.r12-1 cookie release=41ab03d"
    );
    assert_eq!(
        of(&policy(), &Request::new("OPTIONS", "/cart")).to_string(),
        "OPTIONS d111111abcdef8.cloudfront.net/cart"
    );
}

/// The viewer's header, cookie and query string; `None` leaves one out.
#[derive(Debug, Clone, PartialEq)]
struct Sent {
    stamp: Option<String>,
    release: Option<String>,
    lang: Option<String>,
}

fn value() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[a-zA-Z0-9.=-]{0,3}")
}

fn sent() -> impl Strategy<Value = Sent> {
    (value(), value(), value()).prop_map(|(stamp, release, lang)| Sent { stamp, release, lang })
}

/// A request with these values under the names `stamp`, `release` and `lang`, or under others.
fn request(sent: &Sent, [stamp, release, lang]: [&str; 3], mut to: Request) -> Request {
    if let Some(value) = &sent.lang {
        let query = to.querystring.take().unwrap_or_default();
        let query = [query, format!("{lang}={value}")].join("&");
        to.querystring = Some(query.trim_start_matches('&').into());
    }
    if let Some(value) = &sent.stamp {
        to = to.header(stamp, value);
    }
    match &sent.release {
        Some(value) => to.cookie(format!("{release}={value}")),
        None => to,
    }
}

const NAMED: [&str; 3] = ["x-stamp", "release", "lang"];
const UNNAMED: [&str; 3] = ["x-other", "theme", "utm_source"];

proptest! {
    #[test]
    fn what_the_policy_does_not_name_makes_no_difference(
        named in sent(),
        before in sent(),
        after in sent(),
    ) {
        let plain = request(&named, NAMED, Request::get("/a"));
        let noisy = request(&before, UNNAMED, Request::get("/a"));
        let noisy = request(&after, UNNAMED, request(&named, NAMED, noisy));
        prop_assert_eq!(of(&naming(), &plain), of(&naming(), &noisy));
    }

    #[test]
    fn whatever_the_policy_names_makes_a_difference(a in sent(), b in sent()) {
        let (key_a, key_b) = (
            of(&naming(), &request(&a, NAMED, Request::get("/a"))),
            of(&naming(), &request(&b, NAMED, Request::get("/a"))),
        );
        prop_assert_eq!(key_a == key_b, a == b);
    }
}
