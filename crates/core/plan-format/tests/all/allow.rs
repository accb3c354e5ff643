//! What the package lets a plan say.

use path_pattern::PathPattern;
use plan_format::{Allow, PrefixTemplate, ReleaseDefaults, parse};
use routing_core::Plan;

/// A release in front of another domain or prefix; `good` is in bounds.
fn plan(prefix: &str, origins: &str) -> Plan {
    let text = r#"{"schema":1,"rollout":"r","stages":[{"from":"2026-11-22T09:00:00Z","weights":[["good",1]]}],
        "releases":{"good":{"prefix":"/releases/good","origins":{"api":"blue-alb.example.com"}},
        "9f2c1e7":{"prefix":"PREFIX","origins":ORIGINS}}}"#;
    let text = text.replace("PREFIX", prefix).replace("ORIGINS", origins);
    parse(&text, &ReleaseDefaults::default()).unwrap()
}

fn said(allow: &Allow, plan: &Plan) -> String {
    allow.check(plan).err().map(|error| error.to_string()).unwrap_or_default()
}

fn bounds(domains: Option<&[&str]>, prefixes: Option<&[&str]>) -> Allow {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let patterns =
        |texts: &[&str]| texts.iter().map(|text| PathPattern::parse(text).unwrap()).collect();
    Allow { domains: domains.map(texts), prefixes: prefixes.map(patterns), ..Allow::default() }
}

#[test]
fn a_release_has_domains_and_a_prefix_that_the_package_allows() {
    const SLOTS: &[&str] = &["blue-alb.example.com", "green-alb.example.com"];
    const GREEN: &str = r#"{"api":"green-alb.example.com"}"#;
    let allow = bounds(Some(SLOTS), Some(&["/releases/*"]));
    let foreign = |key: &str, domain: &str| {
        format!("releases.9f2c1e7.origins.{key}: `{domain}` is not allowed by `domains` in [allow]")
    };
    let outside = |prefix: &str| {
        format!("releases.9f2c1e7.prefix: `{prefix}` is not allowed by `prefixes` in [allow]")
    };
    let rows = [
        ("in bounds", "/releases/9f2c1e7", GREEN, String::new()),
        ("no origins", "/releases/9f2c1e7", "{}", String::new()),
        (
            "a stranger's domain",
            "/releases/9f2c1e7",
            r#"{"api":"evil.example"}"#,
            foreign("api", "evil.example"),
        ),
        (
            "a stranger's domain beside a good one",
            "/releases/9f2c1e7",
            r#"{"api":"green-alb.example.com","search":"evil.example"}"#,
            foreign("search", "evil.example"),
        ),
        (
            "a domain below a good one",
            "/releases/9f2c1e7",
            r#"{"api":"x.green-alb.example.com"}"#,
            foreign("api", "x.green-alb.example.com"),
        ),
        (
            "a domain that ends like a good one",
            "/releases/9f2c1e7",
            r#"{"api":"evil-green-alb.example.com"}"#,
            foreign("api", "evil-green-alb.example.com"),
        ),
        ("another folder of the bucket", "/private", GREEN, outside("/private")),
        ("a folder that begins like it", "/releasesx/a", GREEN, outside("/releasesx/a")),
        ("the folder of all releases", "/releases", GREEN, outside("/releases")),
        ("another case", "/Releases/9f2c1e7", GREEN, outside("/Releases/9f2c1e7")),
        ("deeper", "/x/releases/9f2c1e7", GREEN, outside("/x/releases/9f2c1e7")),
    ];
    for (name, prefix, origins, expected) in rows {
        assert_eq!(said(&allow, &plan(prefix, origins)), expected, "{name}");
    }
}

#[test]
fn without_a_list_anything_goes_and_an_empty_list_allows_nothing() {
    let evil = plan("/private", r#"{"api":"evil.example"}"#);
    let nothing = &[];
    let rows = [
        ("no lists", bounds(None, None), ""),
        ("prefixes alone", bounds(None, Some(&["/*"])), ""),
        (
            "no domain",
            bounds(Some(nothing), None),
            "releases.good.origins.api: `blue-alb.example.com` is not allowed by `domains` in [allow]",
        ),
        (
            "no prefix",
            bounds(None, Some(nothing)),
            "releases.good.prefix: `/releases/good` is not allowed by `prefixes` in [allow]",
        ),
        ("one of several prefixes", bounds(None, Some(&["/releases/*", "/private"])), ""),
    ];
    for (name, allow, expected) in rows {
        assert_eq!(said(&allow, &evil), expected, "{name}");
    }
    assert_eq!(Allow::default().check(&evil), Ok(()));
}

#[test]
fn the_template_allows_each_release_its_own_prefix_alone() {
    let template = Some(PrefixTemplate::parse("/releases/{release}").unwrap());
    let allow = Allow { template, ..Allow::default() };
    for (prefix, is_allowed) in [
        ("/releases/9f2c1e7", true),
        ("/releases/9f2c1e7/more", false),
        ("/releases/other", false),
        ("/private", false),
    ] {
        let plan = plan_of(prefix);
        assert_eq!(allow.check(&plan).is_ok(), is_allowed, "{prefix}");
    }
}

fn plan_of(prefix: &str) -> Plan {
    let text = format!(
        r#"{{"schema":1,"releases":{{"9f2c1e7":{{"prefix":"{prefix}"}}}},"rollout":"r1","stages":[{{"from":"2026-11-22T09:00:00Z","weights":[["9f2c1e7",1]]}}]}}"#
    );
    parse(&text, &ReleaseDefaults::default()).unwrap()
}
