//! The rules in their order.

use edge_time::Timestamp;
use routing_core::{
    At, InForce, Kind, OverrideProblem, OverrideState, Plan, Refusal, Request, Roll, Rules, Shares,
    Source, TokenProblem, decide, roll,
};

use crate::support::{Headers, NONE, canary, dark, decide_at, get, id};

use Kind::{Document, Subresource};

/// Name, kind, URL, headers, and the expected reason and release.
type Row<'a> = (&'a str, Kind, &'a str, Headers<'a>, &'a str);

/// Decides each row at the moment 0.
fn check(plan: &Plan, state: OverrideState<'_>, rows: &[Row<'_>]) {
    for (name, kind, url, headers, expected) in rows {
        let (request, source) = (get(url, headers), Some(Source::Stored(plan)));
        let decision =
            decide(&request, *kind, source, At::Viewer, &Rules::default(), state, Timestamp(0));
        assert_eq!(format!("{} {}", decision.reason.as_str(), id(&decision)), *expected, "{name}");
    }
}

#[test]
fn an_override_beats_every_other_rule() {
    let plan = canary();
    let forced = OverrideState::InForce(InForce { release: dark(&plan), expires: None });
    let all: Headers<'_> = &[("cookie", "release=old"), ("x-deployment-id", "old")];
    let crawler: Headers<'_> = &[("user-agent", "Googlebot")];
    let rows = [
        ("a subresource with all pins", Subresource, "/_r/new/a.js?dpl=old", all, "override dark"),
        ("a document", Document, "/", NONE, "override dark"),
        ("a document with a cookie", Document, "/", all, "override dark"),
        ("a crawler", Document, "/", crawler, "override dark"),
    ];
    check(&plan, forced, &rows);
    let problem = OverrideProblem::Token(TokenProblem::Expired);
    check(&plan, OverrideState::Invalid(problem), &[("invalid", Document, "/", NONE, "stage old")]);
}

#[test]
fn a_subresource_gets_the_release_that_it_names() {
    let kept: Headers<'_> = &[("cookie", "release=old.r12-0")];
    let header: Headers<'_> = &[("x-deployment-id", "new")];
    let other: Headers<'_> = &[("x-deployment-id", "dark")];
    let rows = [
        ("in its path", Subresource, "/_r/new/a.js", NONE, "pin new"),
        ("path before query", Subresource, "/_r/new/a.js?dpl=dark", NONE, "pin new"),
        ("in its query", Subresource, "/a.js?v=1&dpl=new", NONE, "pin new"),
        ("query before header", Subresource, "/a.js?dpl=new", other, "pin new"),
        ("in a header", Subresource, "/a.js", header, "pin new"),
        ("a pin before the cookie", Subresource, "/a.js?dpl=new", kept, "pin new"),
        ("a staged release", Subresource, "/a.js?dpl=dark", NONE, "pin dark"),
        ("the next, if one is unknown", Subresource, "/_r/nope/a.js?dpl=new", NONE, "pin new"),
        ("unknown", Subresource, "/a.js?dpl=nope", kept, "sticky old"),
        ("withdrawn", Subresource, "/_r/gone/a.js", NONE, "stage old"),
        ("malformed", Subresource, "/a.js?dpl=../new", NONE, "stage old"),
        ("a document's pin does not count", Document, "/_r/new/?dpl=new", header, "stage old"),
    ];
    check(&canary(), OverrideState::None, &rows);
}

#[test]
fn a_running_page_stays_and_a_reload_moves() {
    let kept: Headers<'_> = &[("cookie", "release=new.r12-1")];
    let staged: Headers<'_> = &[("cookie", "release=dark.r11-0")];
    let gone: Headers<'_> = &[("cookie", "release=gone.r12-0")];
    let crawler: Headers<'_> = &[("cookie", "release=new.r12-1"), ("user-agent", "bingbot")];
    let rows = [
        ("a running page", Subresource, "/a.js", kept, "sticky new"),
        ("a running page of a staged release", Subresource, "/a.js", staged, "sticky dark"),
        ("a running page of a withdrawn release", Subresource, "/a.js", gone, "stage old"),
        ("a running page in a crawler", Subresource, "/a.js", crawler, "sticky new"),
        ("a reload", Document, "/", kept, "stage old"),
        ("a reload of a staged release", Document, "/", staged, "stage old"),
        ("a reload of a withdrawn release", Document, "/", gone, "stage old"),
        ("a first visit", Document, "/", NONE, "stage old"),
        ("a subresource without a page", Subresource, "/a.js", NONE, "stage old"),
    ];
    check(&canary(), OverrideState::None, &rows);
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
    let forced = OverrideState::InForce(InForce { release: dark(&plan), expires: None });
    let source = Some(Source::Stored(&plan));
    let decision = decide(
        &get("/", &NONE),
        Document,
        source,
        At::Viewer,
        &Rules::default(),
        forced,
        Timestamp(0),
    );
    assert_eq!(decision.stamp().unwrap().to_string(), "dark", "an override");
}

#[test]
fn the_strongest_ignored_pin_is_reported() {
    let plan = canary();
    let table = [
        ("none", "/a.js", None),
        ("a good one", "/a.js?dpl=new", None),
        ("unknown", "/a.js?dpl=nope", Some("nope")),
        ("withdrawn", "/_r/gone/a.js", Some("gone")),
        ("malformed", "/a.js?dpl=%0d%0aset-cookie:a", Some("malformed")),
        ("the first of two", "/_r/nope/a.js?dpl=gone", Some("nope")),
        ("beside a good one", "/_r/nope/a.js?dpl=new", Some("nope")),
    ];
    for (name, url, expected) in table {
        let decision = decide_at(&plan, &get(url, &NONE), Subresource, 0);
        let ignored = decision.ignored_pin;
        assert_eq!(ignored.as_ref().map(Refusal::as_str), expected, "{name}");
    }
}

#[test]
fn without_a_plan_the_request_passes_through() {
    let headers: Headers<'_> = &[("cookie", "release=old"), ("x-deployment-id", "old")];
    let rules = Rules::default();
    for kind in [Document, Subresource] {
        let request = get("/", &headers);
        let decision =
            decide(&request, kind, None, At::Viewer, &rules, OverrideState::None, Timestamp(0));
        assert_eq!((decision.release, decision.stamp()), (None, None));
        assert_eq!(decision.reason.as_str(), "pass-through");
        assert_eq!(decision.trail.to_string(), "plan: none is readable, pass-through");
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
            decide(
                &request,
                kind,
                Some(source),
                At::Viewer,
                &rules,
                OverrideState::None,
                Timestamp(1),
            )
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
    let empty: Headers<'_> = &[("user-agent", "")];
    let without = decide_at(&plan, &get("/", &NONE), Document, 1);
    let with = decide_at(&plan, &get("/", &empty), Document, 1);
    assert_eq!(without, with);
}

#[test]
fn on_a_miss_nobody_is_drawn() {
    let plan = canary();
    let rules = Rules::default();
    let dark = OverrideState::InForce(InForce { release: dark(&plan), expires: None });
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
    let (client_ip, source) = ("203.0.113.1", Some(Source::Stored(&plan)));
    assert!(roll("r12", 1, client_ip, "") >= Roll::new(1 << 63), "a draw would give `new`");
    for (name, kind, querystring, headers, state, stamp) in table {
        let request = Request { querystring, client_ip, ..get("/", headers) };
        let decision = decide(&request, *kind, source, At::Miss, &rules, *state, Timestamp(1));
        assert_eq!(decision.stamp().unwrap().to_string(), *stamp, "{name}");
    }
}
