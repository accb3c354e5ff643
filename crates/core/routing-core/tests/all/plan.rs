//! What a plan may say, and which stage applies.

use edge_time::Timestamp;
use routing_core::{Lease, Plan, PlanParts, Release, ReleaseId};

use crate::support::{Weights, parts, plan, plan_without, release};

/// The problem of a plan with one stage, after `change`.
fn problem(change: impl FnOnce(&mut PlanParts)) -> String {
    let mut parts = parts(&["a", "b"], &[&[("a", 1), ("b", 2)]]);
    change(&mut parts);
    Plan::try_new(parts).map_or_else(|problem| problem.to_string(), |_| "none".into())
}

fn weights(weights: &[(&str, u32)]) -> String {
    let weights: Vec<_> = weights.iter().map(|(id, weight)| ((*id).to_owned(), *weight)).collect();
    problem(|parts| parts.stages[0].weights = weights)
}

fn prefix(prefix: &str) -> String {
    problem(|parts| parts.releases[1].prefix = prefix.into())
}

fn domain(domain: &str) -> String {
    problem(|parts| parts.releases[1].origins = vec![("api".into(), domain.into())])
}

#[test]
fn a_broken_rule_is_named_with_its_field() {
    let id = |id: &str| ReleaseId::parse(id).unwrap();
    let table = [
        ("none", problem(|_| {}), "none"),
        (
            "rollout",
            problem(|p| p.rollout = "r 1".into()),
            "rollout: `r 1` is not an id: allowed are 1 to 64 of A-Z, a-z, 0-9, `_` and `-`, a letter or digit first",
        ),
        (
            "releases",
            problem(|p| p.releases.clear()),
            "releases: is empty: a plan names at least one release",
        ),
        ("twice", problem(|p| p.releases.push(release("a"))), "releases.a: duplicate release id"),
        (
            "stages",
            problem(|p| p.stages.clear()),
            "stages: is empty: a plan has at least one stage",
        ),
        (
            "order",
            problem(|p| p.stages.push(p.stages[0].clone())),
            "stages[1].from: is not after the stage before: stages are in time order",
        ),
        (
            "lease",
            problem(|p| p.lease = Some(Lease { until: Timestamp(0), otherwise: 1 })),
            "lease.else: `1` is not a stage: allowed are 0 to 0",
        ),
        ("unknown", weights(&[("x", 1)]), "stages[0].weights: `x` is not one of `releases`"),
        ("999", weights(&[("a", 999)]), "none"),
        ("1000", weights(&[("a", 1_000)]), "stages[0].weights: weight 1000 of `a` is above 999"),
        ("65537", weights(&[("a", 65_537)]), "stages[0].weights: weight 65537 of `a` is above 999"),
        ("a weight twice", weights(&[("a", 1), ("a", 2)]), "stages[0].weights: duplicate `a`"),
        (
            "all 0",
            weights(&[("a", 0)]),
            "stages[0].weights: no release carries weight: at least one must",
        ),
        (
            "no weight",
            weights(&[]),
            "stages[0].weights: no release carries weight: at least one must",
        ),
        (
            "all withdrawn",
            problem(|p| p.withdrawn = vec![id("a"), id("b")]),
            "stages: every release in them is withdrawn: at least one must be served",
        ),
        ("one withdrawn", problem(|p| p.withdrawn = vec![id("a"), id("other")]), "none"),
    ];
    for (name, problem, expected) in table {
        assert_eq!(problem, expected, "{name}");
    }
}

#[test]
fn five_releases_may_carry_weight() {
    let ids = ["a", "b", "c", "d", "e", "f"];
    let with = |last: u32| {
        let weights: Vec<_> =
            ids.iter().map(|id| (*id, if *id == "f" { last } else { 1 })).collect();
        Plan::try_new(parts(&ids, &[&weights])).map_err(|problem| problem.to_string())
    };
    assert!(with(0).is_ok(), "a sixth without weight");
    let problem = with(1).unwrap_err();
    assert_eq!(problem, "stages[0].weights: 6 releases carry weight: at most 5 may");
}

#[test]
fn prefixes_and_domains_are_what_an_origin_takes() {
    let (longest, label) = ("/".to_owned() + &"x".repeat(254), "x".repeat(63));
    let long_domain = [label.as_str(); 4].join(".");
    let good = ["/a", "/releases/9f2c1e7", "/a.b/(c)*'!_-", &longest];
    let bad = [
        "",
        "/",
        "a",
        "/a/",
        "//a",
        "/a//b",
        "/.",
        "/a/../b",
        "/a b",
        "/%2e",
        "/ä",
        "/a?b",
        &(longest.clone() + "x"),
    ];
    for text in good {
        assert_eq!(prefix(text), "none", "{text}");
    }
    for text in bad {
        let problem = prefix(text);
        assert!(problem.starts_with(&format!("releases.b.prefix: `{text}` is not a")), "{problem}");
    }
    for text in ["a.example.com", "localhost", "a-1.example.com", &long_domain[3..]] {
        assert_eq!(domain(text), "none", "{text}");
    }
    let bad = [
        "",
        ".",
        "a..b",
        "a.",
        ".a",
        "A.example.com",
        "a:80",
        "10.0.0.1",
        "::1",
        "-a.b",
        "a-.b",
        "a_b.c",
        "a/b",
        "https://a.b",
        &(label + "x"),
        &long_domain,
    ];
    for text in bad {
        let problem = domain(text);
        assert!(problem.starts_with(&format!("releases.b.origins.api: `{text}` is")), "{problem}");
    }
}

#[test]
fn the_last_stage_that_has_begun_applies() {
    let stages: &[&[(&str, u32)]] = &[&[("a", 1)], &[("a", 2)], &[("a", 3)]];
    let at = |lease: Option<(i64, usize)>, now| {
        let lease = lease.map(|(until, otherwise)| Lease { until: Timestamp(until), otherwise });
        let plan = Plan::try_new(PlanParts { lease, ..parts(&["a"], stages) }).unwrap();
        plan.stage_at(Timestamp(now)).0
    };
    let table = [
        ("before the first", None, -1, 0),
        ("long before", None, i64::MIN, 0),
        ("at the first", None, 0, 0),
        ("at the second", None, 1, 1),
        ("at the last", None, 2, 2),
        ("long after", None, i64::MAX, 2),
        ("within the lease", Some((2, 0)), 1, 1),
        ("at the lease's end", Some((2, 0)), 2, 0),
        ("after it", Some((2, 1)), 9, 1),
        ("a lease that ended before all began", Some((-5, 2)), -1, 2),
    ];
    for (name, lease, now, expected) in table {
        assert_eq!(at(lease, now), expected, "{name}");
    }
}

#[test]
fn a_withdrawn_release_carries_no_weight() {
    let plan = plan_without(&["a"], &["a", "b"], &[&[("a", 90), ("b", 10)]]);
    let stage = &plan.stages()[0];
    assert_eq!((stage.weight_of(0), stage.weight_of(1), stage.total()), (0, 10, 10));
    assert_eq!(stage.active(), 1);
    assert!(stage.has_place(0));
    assert_eq!(plan.servable("a"), None);
}

/// Whoever withdraws a release in a hurry writes its id into the plan and nothing else.
#[test]
fn a_stage_whose_weight_is_withdrawn_still_has_traffic() {
    let stages: &[Weights<'_>] = &[&[("old", 9)], &[("old", 0), ("new", 9)], &[("new", 9)]];
    let table: &[(&str, &[&str], [&str; 3])] = &[
        ("nothing withdrawn", &[], ["old", "new", "new"]),
        ("the listed one, then the stage before", &["new"], ["old", "old", "old"]),
        ("the stage after", &["old"], ["new", "new", "new"]),
    ];
    for (name, withdrawn, expected) in table {
        let plan = plan_without(withdrawn, &["old", "new", "dark"], stages);
        let active = plan.stages().iter().map(|stage| plan.releases()[stage.active()].id.as_str());
        assert_eq!(active.collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn the_active_release_is_the_first_that_carries_weight() {
    let table: &[(&[(&str, u32)], usize)] =
        &[(&[("a", 1), ("b", 99)], 0), (&[("a", 0), ("b", 1)], 1), (&[("b", 1), ("a", 1)], 1)];
    for (weights, expected) in table {
        assert_eq!(plan(&["a", "b"], &[weights]).stages()[0].active(), *expected, "{weights:?}");
    }
}

#[test]
fn a_release_knows_its_origins() {
    let release: Release = release("a");
    assert_eq!(release.origin("api"), Some("a-alb.example.com"));
    assert_eq!(release.origin("search"), None);
}

#[test]
fn ids_have_a_pattern() {
    let longest = "x".repeat(64);
    for id in ["a", "0", "9f2c1e7", "A-b_c", &longest] {
        assert_eq!(ReleaseId::parse(id).unwrap().as_str(), id);
    }
    for id in ["", "-a", "_a", ".", "a.b", "a/b", "a b", "a%2e", "ä", "a\n", &(longest + "x")] {
        assert!(ReleaseId::parse(id).is_err(), "{id}");
    }
}
