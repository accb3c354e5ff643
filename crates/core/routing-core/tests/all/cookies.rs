//! Which cookie a viewer is kept by, however its browser writes it.

use routing_core::{Kind, Reason};

use crate::support::{decide_at, get, id, plan, plan_without};

/// The release of a subresource with these `Cookie` headers: `b` is the only one a cookie leads to.
fn release_of(cookies: &[&str]) -> String {
    let plan = plan_without(&["gone"], &["a", "b", "c", "gone"], &[&[("a", 1), ("b", 0)]]);
    let headers: Vec<_> = cookies.iter().map(|value| ("cookie", *value)).collect();
    let decision = decide_at(&plan, &get("/app.js", &headers.as_slice()), Kind::Subresource, 0);
    let expected = if id(&decision) == "a" { Reason::Stage } else { Reason::Sticky };
    assert_eq!(decision.reason, expected, "{cookies:?}");
    id(&decision).into()
}

#[test]
fn the_release_cookie_is_found() {
    let often = format!("{}=c; release=b", "release".repeat(2_900));
    let table: &[(&str, &[&str])] = &[
        ("alone", &["release=b.r12-0"]),
        ("without a stage", &["release=b"]),
        ("of another rollout", &["release=b.r11-3"]),
        ("of a stage that is no more", &["release=b.r12-7"]),
        ("between others", &["x=1; release=b.r12-0; y=2"]),
        ("without spaces", &["x=1;release=b.r12-0;y=2"]),
        ("with more spaces", &["x=1 ;   release = b.r12-0  ; y=2"]),
        ("with a tab", &["x=1;\trelease=b.r12-0"]),
        ("in quotes", &["release=\"b.r12-0\""]),
        ("after empty pairs", &[";; ;release=b.r12-0;"]),
        ("after a pair without a name", &["=1; release=b.r12-0"]),
        ("after a word", &["word; release=b.r12-0"]),
        ("after a value with `=`", &["x=release=c; release=b.r12-0"]),
        ("after names that end like it", &["xrelease=c; my-release=c; release=b.r12-0"]),
        ("after names that begin like it", &["release2=c; release-override=c; release=b.r12-0"]),
        ("after its name 2,900 times over", &[&often]),
        ("after a name in other case", &["Release=c; RELEASE=c; release=b.r12-0"]),
        ("in the second header", &["x=1", "release=b.r12-0"]),
        ("the first of two", &["release=b.r12-0; release=c.r12-0"]),
        ("the first of two headers", &["release=b.r12-0", "release=c.r12-0"]),
        ("the first that is served: unknown", &["release=0badc0d.r12-0; release=b.r12-0"]),
        ("the first that is served: withdrawn", &["release=gone.r12-0; release=b.r12-0"]),
        ("the first that is served: malformed", &["release=../b; release=; release=b"]),
        ("the first that is served: next header", &["release=0badc0d", "release=b.r12-0"]),
    ];
    for (name, cookies) in table {
        assert_eq!(release_of(cookies), "b", "{name}");
    }
}

#[test]
fn what_is_no_usable_release_cookie_keeps_nobody() {
    let long = format!("release={}", "b".repeat(65));
    let table: &[(&str, &[&str])] = &[
        ("no cookie", &[]),
        ("an empty header", &[""]),
        ("no value", &["release="]),
        ("no `=`", &["release"]),
        ("a staged or deleted release's look-alike", &["release=bb"]),
        ("other case", &["release=B"]),
        ("withdrawn", &["release=gone.r12-0"]),
        ("a path", &["release=../b"]),
        ("an encoded path", &["release=%2e%2e%2fb"]),
        ("an encoded id", &["release=%62"]),
        ("a slash", &["release=/b"]),
        ("65 characters", &[&long]),
        ("half quotes", &["release=\"b"]),
        ("`=` inside", &["release=b=c"]),
        ("an assignment without its stage", &["release=b.r12"]),
        ("a signed stage", &["release=b.r12-+1"]),
        ("an id before a dot only", &["release=b."]),
        ("a comma between cookies", &["x=1, release=b"]),
    ];
    for (name, cookies) in table {
        assert_eq!(release_of(cookies), "a", "{name}");
    }
}

#[test]
fn the_release_cookie_is_found_among_fifty() {
    for place in 0..50 {
        let mut pairs: Vec<String> =
            (0..50).map(|n| format!("release{n}=c; x{n}=release=c")).collect();
        pairs.insert(place, "release=b.r12-0".into());
        assert_eq!(release_of(&[&pairs.join("; ")]), "b", "at {place}");
    }
}

#[test]
fn the_configured_name_counts() {
    let plan = plan(&["a", "b", "c"], &[&[("a", 1)]]);
    let rules =
        routing_core::Rules { release_cookie: "shop_v".into(), ..routing_core::Rules::default() };
    let headers: &[_] = &[("cookie", "release=c; shop_v=b")];
    let decision = routing_core::decide(
        &get("/app.js", &headers),
        Kind::Subresource,
        Some(routing_core::Source::Stored(&plan)),
        routing_core::At::Viewer,
        &rules,
        routing_core::OverrideState::None,
        edge_time::Timestamp(0),
    );
    assert_eq!(id(&decision), "b");
}
