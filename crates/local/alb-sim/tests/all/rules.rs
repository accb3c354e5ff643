//! Rules by priority, their conditions, and the draw by weights.

use alb_sim::{Condition, Forward, WeightedGroup};
use http::header::{HeaderName, HeaderValue};
use http::{Request, request};
use proptest::prelude::*;

use crate::viewers::{Colours, FIRST, LAST, NOW, Viewer, targets};

fn paths(values: &[&str]) -> Condition {
    Condition::PathPattern(values.iter().map(ToString::to_string).collect())
}

fn hosts(values: &[&str]) -> Condition {
    Condition::HostHeader(values.iter().map(ToString::to_string).collect())
}

fn header(name: &'static str, values: &[&str]) -> Condition {
    let name = HeaderName::from_static(name);
    Condition::HttpHeader { name, values: values.iter().map(ToString::to_string).collect() }
}

fn get(uri: &str, headers: &[(&'static str, &str)]) -> request::Parts {
    let mut parts = Request::get(uri).body(()).unwrap().into_parts().0;
    for (name, value) in headers {
        parts.headers.append(*name, HeaderValue::from_str(value).unwrap());
    }
    parts
}

/// Whether a rule with these conditions gets the request.
fn applies(conditions: Vec<Condition>, request: &request::Parts) -> bool {
    let Colours { mut balancer, listener, green, .. } = Colours::new(None);
    balancer.add_rule(&listener, 10, conditions, Forward::to(&green)).unwrap();
    balancer.route(&listener, request, NOW, FIRST).unwrap().group.arn() == green
}

#[test]
fn a_condition_matches_as_elb_says() {
    let rows = [
        ("path", paths(&["/api/*"]), get("/api/carts", &[]), true),
        ("path in another case", paths(&["/api/*"]), get("/API/carts", &[]), false),
        ("path without its slash", paths(&["api/*"]), get("/api/carts", &[]), false),
        ("one character", paths(&["/v?/x"]), get("/v2/x", &[]), true),
        ("two characters", paths(&["/v?/x"]), get("/v10/x", &[]), false),
        ("second value", paths(&["/a", "/b"]), get("/b", &[]), true),
        ("query", paths(&["/a"]), get("/a?b=c", &[]), true),
        ("longer path", paths(&["/a"]), get("/ab", &[]), false),
        ("host", hosts(&["*.Example.com"]), get("/", &[("host", "API.example.com:8080")]), true),
        ("other host", hosts(&["*.example.com"]), get("/", &[("host", "example.com")]), false),
        ("no host", hosts(&["*"]), get("/", &[]), false),
        ("host of HTTP/2", hosts(&["a.example"]), get("http://a.example/", &[]), true),
        ("header", header("x-team", &["*Blue*"]), get("/", &[("x-team", "the blue one")]), true),
        (
            "header's second value",
            header("x-team", &["blue"]),
            get("/", &[("x-team", "red"), ("x-team", "blue")]),
            true,
        ),
        ("no header", header("x-team", &["*"]), get("/", &[]), false),
    ];
    for (name, condition, request, expected) in rows {
        assert_eq!(applies(vec![condition], &request), expected, "{name}");
    }
}

#[test]
fn all_conditions_of_a_rule_must_hold() {
    let both = || vec![paths(&["/api/*"]), hosts(&["a.example"])];
    assert!(applies(both(), &get("/api/x", &[("host", "a.example")])));
    assert!(!applies(both(), &get("/api/x", &[("host", "b.example")])));
    assert!(!applies(both(), &get("/x", &[("host", "a.example")])));
}

#[test]
fn the_rule_with_the_lowest_priority_wins() {
    let Colours { mut balancer, listener, blue, green } = Colours::new(None);
    let other = balancer.add_group("other", targets(3)).unwrap();
    balancer.add_rule(&listener, 20, vec![paths(&["/api/*"])], Forward::to(&other)).unwrap();
    balancer.add_rule(&listener, 10, vec![paths(&["/api/v2/*"])], Forward::to(&green)).unwrap();
    for (path, group) in [("/api/v2/x", &green), ("/api/v1/x", &other), ("/", &blue)] {
        let routed = balancer.route(&listener, &get(path, &[]), NOW, FIRST).unwrap();
        assert_eq!(routed.group.arn(), group, "{path}");
    }
}

/// `*` and `?` as they are defined, without care for time.
fn is_match(pattern: &[char], text: &[char]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), left) => {
            is_match(rest, text) || left.is_some_and(|(_, left)| is_match(pattern, left))
        }
        (Some((wanted, rest)), Some((found, left))) => {
            (*wanted == '?' || wanted == found) && is_match(rest, left)
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}

proptest! {
    #[test]
    fn wildcards_match_as_they_are_defined(pattern in "/[ab?*]{0,7}", path in "/[ab]{0,7}") {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let expected = is_match(&chars(&pattern), &chars(&path));
        prop_assert_eq!(applies(vec![paths(&[&pattern])], &get(&path, &[])), expected);
    }

    /// Over evenly spread chances, each group gets its share, to one draw for each border.
    #[test]
    fn weights_are_shares(weights in prop::collection::vec(0_u32..=999, 1..=5)) {
        const DRAWS: u32 = 2000;
        let Colours { mut balancer, listener, .. } = Colours::new(None);
        let groups: Vec<_> = weights.iter().enumerate().map(|(index, weight)| {
            let arn = balancer.add_group(&format!("group-{index}"), targets(1)).unwrap();
            WeightedGroup { arn, weight: *weight }
        }).collect();
        balancer.modify_listener(&listener, Forward::try_new(groups.clone(), None).unwrap()).unwrap();
        let total: u32 = weights.iter().sum();
        let step = u64::MAX / u64::from(DRAWS);
        let mut counts = vec![0_u32; groups.len()];
        for draw in 0..DRAWS {
            let chance = alb_sim::Chance { group: u64::from(draw) * step + step / 2, target: 0 };
            let routed = balancer.route(&listener, &get("/", &[]), NOW, chance);
            prop_assert_eq!(routed.is_ok(), total > 0);
            if let Ok(routed) = routed {
                counts[groups.iter().position(|one| one.arn == routed.group.arn()).unwrap()] += 1;
            }
        }
        for (weight, count) in weights.iter().zip(counts) {
            prop_assert!(total == 0 || (DRAWS * weight / total).abs_diff(count) <= 2);
            prop_assert!(*weight > 0 || count == 0);
        }
    }

    /// Whatever cookies a viewer sends, the answer is one of the action's groups and of its targets.
    #[test]
    fn any_cookie_is_survived(value in "[ -:<-~]{0,40}", first in any::<bool>()) {
        let mut colours = Colours::new(Some(60)).weighed(1, 1, Some(60));
        colours.balancer.set_target_stickiness(&colours.blue, Some(60)).unwrap();
        let mut viewer = Viewer::with(alb_sim::GROUP_COOKIE, &value);
        viewer.cookies.insert(alb_sim::TARGET_COOKIE.into(), value);
        let asked = viewer.ask(&colours, 0.0, if first { FIRST } else { LAST }).unwrap();
        prop_assert_eq!(asked.group.arn(), if first { &colours.blue } else { &colours.green });
    }
}
