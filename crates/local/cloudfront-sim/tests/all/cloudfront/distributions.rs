//! The rules for a distribution.

use std::sync::Arc;
use std::time::Duration;

use cloudfront_sim::{Distribution, EdgeLocation, ErrorPage, Names, OriginGroup, OriginSettings};
use edge_event::Origin;
use edge_time::SystemClock;
use path_pattern::PathPattern;

use crate::cloudfront::support::{Host, Site, only};

fn refusal(change: impl FnOnce(&mut Distribution)) -> String {
    let mut distribution = Site::new().distribution;
    change(&mut distribution);
    let network = cloudfront_sim::Network::default();
    let started = cloudfront_sim::CloudFront::new(
        distribution,
        network,
        Arc::new(Host::default()),
        Arc::new(SystemClock),
    );
    started.err().map(|error| error.to_string()).unwrap_or_default()
}

fn page(distribution: &mut Distribution, replaced: u16, path: &str, status: u16) {
    distribution.error_pages.insert(replaced, ErrorPage { path: path.into(), status });
}

fn group(primary: &str, secondary: &str, statuses: &[u16]) -> OriginGroup {
    OriginGroup {
        primary: primary.into(),
        secondary: secondary.into(),
        failover_statuses: statuses.into(),
    }
}

#[test]
fn what_cloudfront_would_refuse_or_is_not_modelled_is_named_with_its_repair() {
    type Change = fn(&mut Distribution);
    let rows: [(Change, &[&str]); 21] = [
        (|d| d.root_object = Some("/index.html".into()), &["`/index.html`", "without a leading"]),
        (|d| page(d, 401, "/a.html", 200), &["`401`", "allowed are [400,"]),
        (|d| page(d, 404, "/a.html", 302), &["`302`", "200 and"]),
        (|d| page(d, 404, "a.html", 200), &["`a.html`", "begins with `/`"]),
        (|d| d.edges.clear(), &["no edge location", "name at least one"]),
        (|d| d.edges.push(EdgeLocation("FRA50".into())), &["`FRA50`", "twice"]),
        (|d| d.edges.push(EdgeLocation("F RA".into())), &["`F RA`", "without spaces"]),
        (
            |d| d.default_behavior.target = "gone".into(),
            &["`Default (*)`", "`gone`", "origins are `main`"],
        ),
        (
            |d| {
                let pattern = || PathPattern::parse("/a/*").expect("it is a pattern");
                d.behaviors = (0..75).map(|_| (pattern(), d.default_behavior.clone())).collect();
            },
            &["`76`", "at most 75"],
        ),
        (
            |d| {
                let origin = OriginSettings { origin: Origin::custom("a.example.com") };
                d.origins.extend((0..100).map(|n| (n.to_string(), origin.clone())));
            },
            &["`101`", "at most 100"],
        ),
        (
            |d| {
                let origin = Origin::custom("192.0.2.1");
                d.origins.insert("ip".into(), OriginSettings { origin });
            },
            &["origin `ip`", "not an IP address"],
        ),
        (
            |d| {
                d.groups.insert("g".into(), group("main", "g", &[404]));
            },
            &["origin group `g`", "`g` is not an origin"],
        ),
        (
            |d| {
                d.groups.insert("g".into(), group("main", "main", &[404]));
            },
            &["origin group `g`", "`main` cannot stand in for itself"],
        ),
        (
            |d| {
                d.groups.insert("main".into(), group("main", "main", &[404]));
            },
            &["`main` is an origin and an origin group"],
        ),
        (
            |d| d.default_behavior.cache_policy.headers = Names::All,
            &["cache policy", "must name each header"],
        ),
        (
            |d| d.default_behavior.cache_policy.headers = only(&["a"; 11]),
            &["cache policy", "`11` headers", "at most 10"],
        ),
        (
            |d| d.default_behavior.origin_request_policy.cookies = only(&["a"; 11]),
            &["origin request policy", "`11` cookies", "at most 10"],
        ),
        (
            |d| {
                d.default_behavior.origin_request_policy.headers =
                    only(&["CloudFront-Viewer-Country"]);
            },
            &["`CloudFront-Viewer-Country`", "not modelled"],
        ),
        (
            |d| d.default_behavior.origin_request_policy.headers = only(&["Authorization"]),
            &["`authorization`", "name it in the cache policy"],
        ),
        (
            |d| {
                let origin = Origin::s3("shop.s3.eu-central-1.amazonaws.com");
                d.origins.insert("main".into(), OriginSettings { origin });
                d.default_behavior.origin_request_policy.headers = Names::All;
            },
            &["header `host` cannot go to a bucket", "all but `host`"],
        ),
        (
            |d| d.default_behavior.cache_policy.min_ttl = Duration::from_secs(86_401),
            &["cache policy", "86401s", "minimum <= default <= maximum"],
        ),
    ];
    for (change, texts) in rows {
        let refused = refusal(change);
        for text in texts {
            assert!(refused.contains(text), "`{refused}` does not say `{text}`");
        }
    }
}

#[test]
fn failover_statuses_are_those_that_cloudfront_offers() {
    let offered = [400, 403, 404, 416, 429, 500, 502, 503, 504];
    for status in 100..=599 {
        let refused = refusal(|distribution| {
            let second = OriginSettings { origin: Origin::custom("second.example.com") };
            distribution.origins.insert("second".into(), second);
            distribution.groups.insert("g".into(), group("main", "second", &[status]));
        });
        assert_eq!(refused.is_empty(), offered.contains(&status), "{status}: {refused}");
    }
}

#[test]
fn headers_that_no_policy_can_have_are_refused_in_both() {
    for name in
        ["cookie", "Cache-Control", "X-Forwarded-Proto", "x-edge-location", "Transfer-Encoding"]
    {
        let cached = refusal(|d| d.default_behavior.cache_policy.headers = only(&[name]));
        let sent = refusal(|d| d.default_behavior.origin_request_policy.headers = only(&[name]));
        assert!(cached.contains(&format!("cache policy: header `{name}`")), "{cached}");
        assert!(sent.contains(&format!("origin request policy: header `{name}`")), "{sent}");
    }
}
