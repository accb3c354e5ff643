//! Developers' overrides.

use edge_time::Timestamp;
use routing_core::{OverridePolicy, OverrideState, Plan, Rules, check_override, override_state};

use crate::support::{PlainTokens, get, plan_without};

use OverridePolicy::{KnownRelease, Off, Signed};

fn staged() -> Plan {
    plan_without(&["gone"], &["gone", "old", "dark"], &[&[("old", 1)]])
}

/// The override cookies' outcome at the moment 100, in words.
fn outcome(policy: OverridePolicy, cookies: &str) -> String {
    let (plan, rules) = (staged(), Rules { override_policy: policy, ..Rules::default() });
    let headers: &[_] = &[("host", "shop.example.com"), ("cookie", cookies)];
    match override_state(&get("/", &headers), Some(&plan), &rules, &PlainTokens, Timestamp(100)) {
        OverrideState::None => "none".into(),
        OverrideState::Invalid(problem) => problem.to_string(),
        OverrideState::InForce(force) => {
            let expires = force.expires.map(|Timestamp(at)| at);
            format!("{} until {expires:?}", force.release.id)
        }
    }
}

#[test]
fn an_override_is_in_force_if_its_policy_takes_it() {
    let table = [
        ("no cookie", Signed, "release=dark", "none"),
        ("a token", Signed, "release-override=dark@*@101", "dark until Some(101)"),
        ("its last moment", Signed, "release-override=dark@*@100", "the token has expired"),
        ("its host", Signed, "release-override=dark@shop.example.com@101", "dark until Some(101)"),
        (
            "another host",
            Signed,
            "release-override=dark@x.example.com@101",
            "the token is for another host",
        ),
        ("a bare id", Signed, "release-override=dark", "the token is malformed"),
        ("empty", Signed, "release-override=", "the token is malformed"),
        (
            "unknown",
            Signed,
            "release-override=nope@*@101",
            "the release is not served: `nope` is not in the plan",
        ),
        (
            "withdrawn",
            Signed,
            "release-override=gone@*@101",
            "the release is not served: `gone` is withdrawn",
        ),
        ("a look-alike name", Signed, "xrelease-override=dark@*@101", "none"),
        (
            "any valid one",
            Signed,
            "release-override=x; release-override=dark@*@101",
            "dark until Some(101)",
        ),
        (
            "the first valid one",
            Signed,
            "release-override=dark@*@101; release-override=old@*@101",
            "dark until Some(101)",
        ),
        (
            "a valid one stays",
            Signed,
            "release-override=dark@*@101; release-override=x",
            "dark until Some(101)",
        ),
        (
            "the first problem",
            Signed,
            "release-override=dark@*@1; release-override=x",
            "the token has expired",
        ),
        (
            "the third",
            Signed,
            "release-override=x; release-override=x; release-override=dark@*@101",
            "dark until Some(101)",
        ),
        (
            "the fourth is not checked",
            Signed,
            "release-override=x; release-override=x; release-override=x; release-override=dark@*@101",
            "the token is malformed",
        ),
        ("a known release", KnownRelease, "release-override=dark", "dark until None"),
        ("a known token", KnownRelease, "release-override=dark@*@101", "dark until Some(101)"),
        (
            "an unknown release",
            KnownRelease,
            "release-override=nope",
            "the release is not served: `nope` is not in the plan",
        ),
        (
            "a withdrawn release",
            KnownRelease,
            "release-override=gone",
            "the release is not served: `gone` is withdrawn",
        ),
        (
            "neither id nor token",
            KnownRelease,
            "release-override=../dark",
            "the token is malformed",
        ),
        ("off", Off, "release-override=dark@*@101", "none"),
        ("off, bare", Off, "release-override=dark", "none"),
    ];
    for (name, policy, cookies, expected) in table {
        assert_eq!(outcome(policy, cookies), expected, "{name}");
    }
}

#[test]
fn without_a_plan_an_override_is_left_alone() {
    let headers: &[_] = &[("cookie", "release-override=dark@*@1")];
    let rules = Rules::default();
    let state = override_state(&get("/", &headers), None, &rules, &PlainTokens, Timestamp(100));
    assert_eq!(state, OverrideState::None);
}

#[test]
fn a_preview_link_is_checked_by_the_same_rules() {
    let plan = staged();
    let check = |policy, value| {
        let rules = Rules { override_policy: policy, ..Rules::default() };
        check_override(value, Some("shop.example.com"), &plan, &rules, &PlainTokens, Timestamp(100))
            .map(|force| force.release.id.to_string())
            .map_err(|problem| problem.to_string())
    };
    assert_eq!(check(Signed, "dark@*@101"), Ok("dark".into()));
    assert_eq!(check(KnownRelease, "dark"), Ok("dark".into()));
    assert_eq!(check(Signed, "dark@*@99"), Err("the token has expired".into()));
    assert_eq!(check(Off, "dark@*@101"), Err("the override policy is `off`".into()));
}
