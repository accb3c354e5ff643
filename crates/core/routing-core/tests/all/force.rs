//! Developers' overrides.

use std::time::Duration;

use edge_time::Timestamp;
use routing_core::{OverridePolicy, OverrideState, Plan, Rules, check_override, override_state};

use crate::support::{PlainTokens, get, parts, plan_without};

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
        (
            "the bare id of the active release",
            KnownRelease,
            "release-override=old",
            "the release has traffic: only a signed link shows it",
        ),
        (
            "a token for the active release",
            KnownRelease,
            "release-override=old@*@101",
            "old until Some(101)",
        ),
        (
            "a bare id after one with traffic",
            KnownRelease,
            "release-override=old; release-override=dark",
            "dark until None",
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

/// The id of a release that viewers hold is in their cookies, so anybody could turn the cache off with it.
#[test]
fn a_bare_id_is_no_override_for_a_release_in_viewers_cookies() {
    let mut parts = parts(
        &["before", "taken-back", "old", "new", "next", "dark", "listed"],
        &[&[("old", 100), ("listed", 0)], &[("old", 50), ("new", 50)], &[("next", 100)]],
    );
    for release in &mut parts.releases {
        release.served_until = match release.id.as_str() {
            "before" => Some(Timestamp(-9)),
            "taken-back" => Some(Timestamp(-8)),
            _ => None,
        };
    }
    let plan = Plan::try_new(parts).unwrap();
    let has_traffic = Err("the release has traffic: only a signed link shows it".to_owned());
    let table = [
        ("the active release", "old", has_traffic.clone()),
        ("the candidate", "new", has_traffic.clone()),
        ("a release whose stage has not begun", "next", has_traffic.clone()),
        ("taken back, its cookies live", "taken-back", has_traffic),
        ("taken back, its cookies have ended", "before", Ok("before".to_owned())),
        ("staged", "dark", Ok("dark".to_owned())),
        ("staged, with a place in the stage", "listed", Ok("listed".to_owned())),
    ];
    for (name, id, expected) in table {
        let check = |policy, value: &str| {
            let cookies_live = Duration::from_millis(10);
            let rules = Rules { override_policy: policy, cookies_live, ..Rules::default() };
            check_override(value, None, &plan, &rules, &PlainTokens, Timestamp(1))
                .map(|force| force.release.id.to_string())
                .map_err(|problem| problem.to_string())
        };
        assert_eq!(check(KnownRelease, id), expected, "{name}");
        let token = format!("{id}@*@2");
        assert_eq!(check(KnownRelease, &token), Ok(id.to_owned()), "{name}, by a token");
        assert_eq!(check(Signed, &token), Ok(id.to_owned()), "{name}, by a token alone");
    }
}
