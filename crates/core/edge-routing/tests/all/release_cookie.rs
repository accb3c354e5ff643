//! Cookies in the cache key: a forged one makes no variant of a cached object.

use edge_event::Request;
use edge_routing::keep_usable_cookie;
use proptest::prelude::*;

use crate::support::{plan, shop};

/// The `Cookie` headers that are left of `cookies`.
fn kept(cookies: &[&str]) -> Vec<String> {
    let config = shop();
    let mut request = Request::get("/");
    for header in cookies {
        request.headers.append("Cookie", *header);
    }
    keep_usable_cookie(&mut request, "release", plan(config));
    request.headers.values("cookie").map(ToOwned::to_owned).collect()
}

#[test]
fn one_cookie_is_left_with_the_id_of_a_served_release() {
    let long = format!("release={}", "b".repeat(65));
    let table: &[(&str, &[&str], &[&str])] = &[
        ("no cookie", &[], &[]),
        ("an empty header", &[""], &[]),
        ("the id of a release", &["release=old"], &["release=old"]),
        ("the stage is cut off", &["release=new.r12-1"], &["release=new"]),
        ("another rollout's stage too", &["release=new.r1-9"], &["release=new"]),
        ("a staged release", &["release=dark"], &["release=dark"]),
        ("in quotes", &["release=\"old.r12-1\""], &["release=old"]),
        ("with spaces", &["release = old "], &["release=old"]),
        ("unknown", &["release=nope.r12-1"], &[]),
        ("withdrawn", &["release=gone.r12-0"], &[]),
        ("malformed", &["release=../old"], &[]),
        ("half quotes", &["release=\"old"], &[]),
        ("empty", &["release="], &[]),
        ("of 65 characters", &[&long], &[]),
        ("the first of two that are served", &["release=old; release=new"], &["release=old"]),
        ("the first that is served", &["release=nope; release=new.r12-1"], &["release=new"]),
        ("in another header", &["release=nope", "release=new"], &["release=new"]),
    ];
    for (name, cookies, expected) in table {
        assert_eq!(kept(cookies), *expected, "{name}");
    }
}

#[test]
fn other_cookies_stay_as_they_are() {
    let table: &[(&str, &[&str], &[&str])] = &[
        ("alone", &["session=a\"b=c"], &["session=a\"b=c"]),
        ("before and after", &["a=1; release=old.r12-1; b=2"], &["a=1; b=2; release=old"]),
        ("beside a forged one", &["a=1; release=evil; b=2"], &["a=1; b=2"]),
        ("in several headers", &["a=1", "release=old; b=2"], &["a=1; b=2; release=old"]),
        (
            "look-alikes",
            &["xrelease=old; release2=x; Release=y; release-override=z"],
            &["xrelease=old; release2=x; Release=y; release-override=z"],
        ),
        ("a word without a value", &["release; a"], &["release; a"]),
        ("empty pairs go", &["a=1;; ;b=2;"], &["a=1; b=2"]),
    ];
    for (name, cookies, expected) in table {
        assert_eq!(kept(cookies), *expected, "{name}");
    }
}

#[test]
fn the_configured_name_counts() {
    let config = shop();
    let mut request = Request::get("/").cookie("release=evil; shop_v=old.r12-1");
    keep_usable_cookie(&mut request, "shop_v", plan(config));
    assert_eq!(request.headers.get("cookie"), Some("release=evil; shop_v=old"));
}

proptest! {
    /// However cookies are written, a cached object has one variant for each served release, and one.
    #[test]
    fn forged_cookies_make_no_variants(
        values in prop::collection::vec("(old|new|gone|nope|dark)?[a-z0-9.\"= -]{0,6}", 0..5)
    ) {
        let pairs: Vec<String> = values.iter().map(|value| format!("release={value}")).collect();
        let left = kept(&[&pairs.join("; ")]);
        let variants = [vec![], vec!["release=old"], vec!["release=new"], vec!["release=dark"]];
        prop_assert!(variants.iter().any(|variant| *variant == left), "{left:?}");
    }
}
