//! The rules in their order, each with its trail.

use routing_core::{
    DecideAt, Decision, InForce, Kind, OverrideProblem, OverrideState, Plan, Reason, Request,
    Rules, Shares, Source, Timestamp, TokenProblem, active, decide, roll,
};

use crate::support::{decide_at, get, id, plan, plan_without, release};

use Kind::{Document, Subresource};

type Headers<'a> = &'a [(&'a str, &'a str)];

/// Stable `old`, candidate `new`, staged `dark`, withdrawn `gone`; half and half from the moment 1.
fn canary() -> Plan {
    plan_without(
        &["gone"],
        &["gone", "old", "new", "dark"],
        &[&[("old", 100)], &[("old", 50), ("new", 50)], &[("old", 0), ("new", 100)]],
    )
}

#[test]
fn the_first_rule_that_matches_wins() {
    let (plan, forced) = (canary(), release("dark"));
    let table: &[(&str, Kind, bool, &str, &str, Headers<'_>, &str, Reason)] = &[
        (
            "an override beats all",
            Subresource,
            true,
            "/_r/new/a.js",
            "",
            &[("cookie", "release=old")],
            "dark",
            Reason::Override,
        ),
        (
            "an override is for documents too",
            Document,
            true,
            "/",
            "",
            &[],
            "dark",
            Reason::Override,
        ),
        (
            "an override is for crawlers too",
            Document,
            true,
            "/",
            "",
            &[("user-agent", "Googlebot")],
            "dark",
            Reason::Override,
        ),
        ("a path's pin", Subresource, false, "/_r/new/a.js", "", &[], "new", Reason::Pin),
        (
            "a path's pin beats the query's",
            Subresource,
            false,
            "/_r/new/a.js",
            "dpl=dark",
            &[],
            "new",
            Reason::Pin,
        ),
        ("a query's pin", Subresource, false, "/a.js", "v=1&dpl=new", &[], "new", Reason::Pin),
        (
            "a query's pin beats the header's",
            Subresource,
            false,
            "/a.js",
            "dpl=new",
            &[("x-deployment-id", "dark")],
            "new",
            Reason::Pin,
        ),
        (
            "a header's pin",
            Subresource,
            false,
            "/a.js",
            "",
            &[("x-deployment-id", "new")],
            "new",
            Reason::Pin,
        ),
        (
            "a pin beats the cookie",
            Subresource,
            false,
            "/a.js",
            "dpl=new",
            &[("cookie", "release=old.r12-0")],
            "new",
            Reason::Pin,
        ),
        (
            "a pin reaches a staged release",
            Subresource,
            false,
            "/a.js",
            "dpl=dark",
            &[],
            "dark",
            Reason::Pin,
        ),
        (
            "a pin is for subresources",
            Document,
            false,
            "/_r/new/",
            "dpl=new",
            &[("x-deployment-id", "new")],
            "old",
            Reason::Stage,
        ),
        (
            "a weaker pin counts when the stronger is unknown",
            Subresource,
            false,
            "/_r/nope/a.js",
            "dpl=new",
            &[],
            "new",
            Reason::Pin,
        ),
        (
            "an unknown pin does not count",
            Subresource,
            false,
            "/a.js",
            "dpl=nope",
            &[("cookie", "release=new")],
            "new",
            Reason::Sticky,
        ),
        (
            "a withdrawn pin does not count",
            Subresource,
            false,
            "/_r/gone/a.js",
            "",
            &[],
            "old",
            Reason::Stage,
        ),
        (
            "a malformed pin does not count",
            Subresource,
            false,
            "/a.js",
            "dpl=../new",
            &[],
            "old",
            Reason::Stage,
        ),
        (
            "the cookie keeps",
            Subresource,
            false,
            "/a.js",
            "",
            &[("cookie", "release=new.r12-1")],
            "new",
            Reason::Sticky,
        ),
        (
            "the cookie keeps on a staged release",
            Subresource,
            false,
            "/a.js",
            "",
            &[("cookie", "release=dark.r11-0")],
            "dark",
            Reason::Sticky,
        ),
        (
            "the cookie keeps a crawler's page",
            Subresource,
            false,
            "/a.js",
            "",
            &[("cookie", "release=new.r12-1"), ("user-agent", "bingbot")],
            "new",
            Reason::Sticky,
        ),
        (
            "a reload moves to the active release",
            Document,
            false,
            "/",
            "",
            &[("cookie", "release=new.r11-4")],
            "old",
            Reason::Stage,
        ),
        (
            "a withdrawn cookie does not count",
            Subresource,
            false,
            "/a.js",
            "",
            &[("cookie", "release=gone.r12-0")],
            "old",
            Reason::Stage,
        ),
        ("no cookie", Subresource, false, "/a.js", "", &[], "old", Reason::Stage),
        (
            "a crawler",
            Document,
            false,
            "/",
            "",
            &[("user-agent", "Mozilla/5.0 (compatible; GoogleBot/2.1)")],
            "old",
            Reason::Crawler,
        ),
        (
            "a crawler's subresource",
            Subresource,
            false,
            "/a.js",
            "",
            &[("user-agent", "bingbot")],
            "old",
            Reason::Crawler,
        ),
    ];
    for (name, kind, force, uri, querystring, headers, expected, reason) in table {
        let request = Request { querystring, ..get(uri, headers) };
        let state = match force {
            true => OverrideState::InForce(InForce { release: &forced, expires: None }),
            false => OverrideState::None,
        };
        let source = Some(Source::Stored(&plan));
        let decision = decide(&request, *kind, source, &Rules::default(), state, Timestamp(0));
        assert_eq!((id(&decision), decision.reason), (*expected, *reason), "{name}");
    }
}

#[test]
fn only_a_drawn_document_assigns_its_release() {
    let plan = canary();
    let table: &[(&str, Kind, Headers<'_>, &str)] = &[
        ("a document", Document, &[], "old.r12-0"),
        ("a document with a cookie", Document, &[("cookie", "release=new.r9-3")], "old.r12-0"),
        ("a crawler's document", Document, &[("user-agent", "Twitterbot/1.0")], "old"),
        ("a subresource", Subresource, &[], "old"),
        ("a kept subresource", Subresource, &[("cookie", "release=new.r12-1")], "new"),
    ];
    for (name, kind, headers, stamp) in table {
        let decision = decide_at(&plan, &get("/", headers), *kind, 0);
        assert_eq!(decision.stamp().unwrap().to_string(), *stamp, "{name}");
    }
    let forced = OverrideState::InForce(InForce { release: &plan.releases()[3], expires: None });
    let source = Some(Source::Stored(&plan));
    let none: Headers<'_> = &[];
    let decision =
        decide(&get("/", &none), Document, source, &Rules::default(), forced, Timestamp(0));
    assert_eq!(decision.stamp().unwrap().to_string(), "dark", "an override");
}

#[test]
fn the_strongest_ignored_pin_is_reported() {
    let plan = canary();
    let table = [
        ("none", "/a.js", "", None),
        ("a good one", "/a.js", "dpl=new", None),
        ("unknown", "/a.js", "dpl=nope", Some("nope")),
        ("withdrawn", "/_r/gone/a.js", "", Some("gone")),
        ("malformed", "/a.js", "dpl=%0d%0aset-cookie:a", Some("malformed")),
        ("the first of two", "/_r/nope/a.js", "dpl=gone", Some("nope")),
        ("beside a good one", "/_r/nope/a.js", "dpl=new", Some("nope")),
    ];
    for (name, uri, querystring, expected) in table {
        let none: Headers<'_> = &[];
        let request = Request { querystring, ..get(uri, &none) };
        let decision = decide_at(&plan, &request, Subresource, 0);
        let ignored = decision.ignored_pin;
        assert_eq!(ignored.as_ref().map(|refusal| refusal.as_str()), expected, "{name}");
    }
}

#[test]
fn without_a_plan_the_request_passes_through() {
    let headers: Headers<'_> = &[("cookie", "release=old"), ("x-deployment-id", "old")];
    let rules = Rules::default();
    for kind in [Document, Subresource] {
        let request = get("/", &headers);
        let decision = decide(&request, kind, None, &rules, OverrideState::None, Timestamp(0));
        for decision in [decision, active(None, kind, Timestamp(0))] {
            assert_eq!((decision.release, decision.stamp()), (None, None));
            assert_eq!(decision.reason.as_str(), "pass-through");
            assert_eq!(decision.trail.to_string(), "plan: none is readable, pass-through");
        }
    }
}

#[test]
fn a_fallback_plan_decides_by_the_same_rules() {
    let plan = canary();
    let headers: Headers<'_> = &[("cookie", "release=new.r12-0")];
    for kind in [Document, Subresource] {
        let by = |source| {
            let rules = Rules::default();
            let request = get("/", &headers);
            decide(&request, kind, Some(source), &rules, OverrideState::None, Timestamp(1))
        };
        let (stored, fallback) = (by(Source::Stored(&plan)), by(Source::Fallback(&plan)));
        assert_eq!((stored.release, stored.reason), (fallback.release, fallback.reason));
        assert_eq!(fallback.source, Some(Source::Fallback(&plan)));
        let trail = fallback.trail.to_string();
        assert!(trail.starts_with("plan: the configuration's fallback, revision 17\n"), "{trail}");
    }
}

#[test]
fn a_draw_is_that_of_its_viewer_and_stage() {
    let plan = canary();
    let stage = &plan.stages()[1];
    for host in 0..=255 {
        let ip = format!("203.0.113.{host}");
        let headers: Headers<'_> = &[("user-agent", "Mozilla/5.0")];
        let request = Request { client_ip: &ip, ..get("/", &headers) };
        let roll = roll("r12", 1, &ip, "Mozilla/5.0");
        let expected = plan.releases()[Shares::of(stage).pick(roll)].id.as_str();
        let document = decide_at(&plan, &request, Document, 1);
        let subresource = decide_at(&plan, &request, Subresource, 1);
        assert_eq!((id(&document), id(&subresource)), (expected, expected), "{ip}");
        assert_eq!(document.stamp().unwrap().to_string(), format!("{expected}.r12-1"));

        let cookie = format!("release={expected}.r12-1");
        let back: Headers<'_> = &[("user-agent", "another"), ("cookie", &cookie)];
        let again = decide_at(&plan, &get("/", &back), Document, 1);
        assert_eq!(id(&again), expected, "a viewer of this stage stays, wherever it is");
    }
}

#[test]
fn a_viewer_without_a_user_agent_is_drawn_too() {
    let plan = canary();
    let (none, empty): (Headers<'_>, Headers<'_>) = (&[], &[("user-agent", "")]);
    let without = decide_at(&plan, &get("/", &none), Document, 1);
    let with = decide_at(&plan, &get("/", &empty), Document, 1);
    assert_eq!(without, with);
}

#[test]
fn decided_at_origin_request_nobody_is_drawn() {
    let plan = canary();
    let rules = Rules { decide_at: DecideAt::OriginRequest, ..Rules::default() };
    let dark = OverrideState::InForce(InForce { release: &plan.releases()[3], expires: None });
    let none = OverrideState::None;
    let kept: Headers<'_> = &[("cookie", "release=new.r12-1")];
    let table: &[(&str, Kind, &str, Headers<'_>, OverrideState<'_>, &str)] = &[
        ("a document", Document, "", &[], none, "old.r12-1"),
        ("a document with a cookie", Document, "", kept, none, "old.r12-1"),
        ("an override", Document, "", kept, dark, "dark"),
        ("a subresource", Subresource, "", &[], none, "old"),
        ("a subresource with a cookie", Subresource, "", kept, none, "new"),
        ("a pinned subresource", Subresource, "dpl=dark", kept, none, "dark"),
    ];
    for (name, kind, querystring, headers, state, stamp) in table {
        for ip in ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"] {
            let request = Request { querystring, client_ip: ip, ..get("/", headers) };
            let source = Some(Source::Stored(&plan));
            let decision = decide(&request, *kind, source, &rules, *state, Timestamp(1));
            assert_eq!(decision.stamp().unwrap().to_string(), *stamp, "{name}");
        }
    }
}

#[test]
fn the_active_release_needs_no_viewer() {
    let plan = canary();
    let table = [
        (Document, 0, "old.r12-0"),
        (Document, 1, "old.r12-1"),
        (Document, 2, "new.r12-2"),
        (Subresource, 2, "new"),
    ];
    for (kind, now, stamp) in table {
        let decision = active(Some(Source::Stored(&plan)), kind, Timestamp(now));
        assert_eq!(decision.stamp().unwrap().to_string(), stamp);
        assert_eq!(decision.reason, Reason::Stage);
    }
}

/// The trail of a decision at the moment 1.
fn trail(kind: Kind, uri: &str, headers: Headers<'_>) -> String {
    decide_at(&canary(), &get(uri, &headers), kind, 1).trail.to_string()
}

#[test]
fn the_trail_tells_every_rule_that_was_tried() {
    let table = [
        (
            "a first visit",
            trail(Document, "/", &[]),
            "plan: revision 17\noverride: none\ncookie: none\n\
             stage 1 of r12: old 50, new 50, roll 0.1597 -> old",
        ),
        (
            "a return",
            trail(Document, "/", &[("cookie", "release=old.r12-0")]),
            "plan: revision 17\noverride: none\ncookie: old from stage 0 of r12\n\
             movement: stay on old with probability 0.5000\n\
             stage 1 of r12: old 50, new 50, roll 0.1597 -> old",
        ),
        (
            "a return under the same stage",
            trail(Document, "/", &[("cookie", "release=new.r12-1")]),
            "plan: revision 17\noverride: none\ncookie: new from stage 1 of r12\n\
             movement: stay on new with probability 1.0000\n\
             stage 1 of r12: old 50, new 50, no draw -> new",
        ),
        (
            "a return from another rollout",
            trail(Document, "/", &[("cookie", "release=old.r11-0")]),
            "plan: revision 17\noverride: none\ncookie: old from no stage of this rollout\n\
             stage 1 of r12: old 50, new 50, roll 0.1597 -> old",
        ),
        (
            "a kept subresource",
            trail(Subresource, "/a.js", &[("cookie", "release=gone; release=new.r12-1")]),
            "plan: revision 17\noverride: none\npin: none\ncookie: `gone` is withdrawn\n\
             cookie: new from stage 1 of r12",
        ),
        (
            "three pins and two cookies",
            decide_at(
                &canary(),
                &Request {
                    querystring: "dpl=..",
                    ..get(
                        "/_r/nope/a.js",
                        &(&[("x-deployment-id", "gone"), ("cookie", "release=..")] as Headers<'_>),
                    )
                },
                Subresource,
                1,
            )
            .trail
            .to_string(),
            "plan: revision 17\noverride: none\npin: `nope` is not in the plan\npin: malformed\n\
             pin: `gone` is withdrawn\ncookie: malformed\n\
             stage 1 of r12: old 50, new 50, roll 0.1597 -> old",
        ),
        (
            "a pinned subresource",
            trail(Subresource, "/_r/dark/a.js", &[]),
            "plan: revision 17\noverride: none\npin: dark",
        ),
        (
            "a crawler",
            trail(Document, "/", &[("user-agent", "Applebot")]),
            "plan: revision 17\noverride: none\ncrawler: gets the active release\n\
             stage 1 of r12: old 50, new 50, no draw -> old",
        ),
    ];
    for (name, trail, expected) in table {
        assert_eq!(trail, expected, "{name}");
    }
}

#[test]
fn the_trail_tells_why_an_override_does_not_count() {
    let plan = plan(&["old"], &[&[("old", 1)]]);
    let none: Headers<'_> = &[];
    let trail = |state| {
        let source = Some(Source::Stored(&plan));
        let decision: Decision<'_> =
            decide(&get("/", &none), Document, source, &Rules::default(), state, Timestamp(0));
        decision.trail.iter().nth(1).unwrap().to_string()
    };
    let expired = OverrideProblem::Token(TokenProblem::Expired);
    assert_eq!(trail(OverrideState::Invalid(expired)), "override: invalid, the token has expired");
    let force = InForce { release: &plan.releases()[0], expires: None };
    assert_eq!(trail(OverrideState::InForce(force)), "override: old");
}
