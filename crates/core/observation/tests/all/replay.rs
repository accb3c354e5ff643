//! The decision about a request, made again from its row.

use std::sync::LazyLock;
use std::time::Duration;

use access_log::Row;
use edge_time::Timestamp;
use observation::{
    Agent, Content, Doubt, Lag, Plans, Replayed, Way, WrittenPlan, attribute, replay,
};
use proptest::prelude::*;
use routing_core::{At, DecideAt, Kind, OverrideState, Request, Rules, Source, classify, decide};

use crate::support::{observe_with, with_row};

/// The second of all rows.
const NOW: &str = "2026-11-22T10:10:00Z";

type Values<'a> = &'a [(&'a str, &'a str)];

const SCRIPT: (&str, &str) = ("cs-uri-stem", "/assets/app.js");

fn lag(plan: u64, caches: u64) -> Lag {
    Lag {
        plan: Duration::from_secs(plan),
        caches: Duration::from_secs(caches),
        clocks: Duration::from_secs(2),
    }
}

/// A plan of two releases with these stages, each with the weights of blue and green.
fn plan(rollout: &str, stages: &[(&str, u32, u32)], more: &str) -> routing_core::Plan {
    let stage = |(from, blue, green): &(&str, u32, u32)| {
        format!("{{\"from\": \"{from}\", \"weights\": [[\"blue\", {blue}], [\"green\", {green}]]}}")
    };
    let stages = stages.iter().map(stage).collect::<Vec<_>>().join(", ");
    let text = format!(
        "{{\"schema\": 1, \"revision\": 1, \"releases\": {{\"blue\": {{}}, \"green\": {{}}}}, \
         \"rollout\": \"{rollout}\", \"stages\": [{stages}]{more}}}"
    );
    plan_format::parse(&text, &plan_format::ReleaseDefaults::default()).unwrap()
}

fn written(at: &str, plan: routing_core::Plan) -> WrittenPlan {
    WrittenPlan { at: Timestamp::parse(at).unwrap(), plan }
}

/// All on blue since eight o'clock.
fn blue() -> WrittenPlan {
    written("2026-11-22T08:00:00Z", plan("r1", &[("2026-11-22T08:00:00Z", 1, 0)], ""))
}

/// All on green since then.
fn green(at: &str) -> WrittenPlan {
    written(at, plan("r2", &[(at, 0, 1)], ""))
}

/// The decision about a row, made again.
fn again<'p>(row: &Row<'_>, content: Content, rules: &Rules, plans: &'p Plans) -> Replayed<'p> {
    replay(row, &Agent::of(row, rules), content, rules, plans)
}

/// What the replay of a row says, in words.
fn said(values: Values<'_>, plans: &Plans, rules: &Rules) -> String {
    with_row(values, |row| words(again(row, Content::of(row, rules), rules, plans)))
}

fn words(replayed: Replayed<'_>) -> String {
    match replayed {
        Replayed::Certain(one) => format!("{} by {}", one.release, one.reason.as_str()),
        Replayed::Assumed(one) => format!("{} by {}, assumed", one.release, one.reason.as_str()),
        Replayed::Doubtful(doubt) => format!("{doubt:?}"),
    }
}

#[test]
fn a_row_is_decided_by_the_plan_of_its_time() {
    let on_blue = vec![blue()];
    let before = vec![blue(), green("2026-11-22T09:00:00Z")];
    let after = vec![blue(), green("2026-11-22T11:00:00Z")];
    let near = vec![blue(), green("2026-11-22T10:09:30Z")];
    let soon = vec![blue(), green("2026-11-22T10:10:30Z")];
    let young = vec![green("2026-11-22T10:09:30Z")];
    let withdrawn = plan("r2", &[("2026-11-22T08:00:00Z", 0, 1)], ", \"withdrawn\": [\"blue\"]");
    let withdrawn = vec![written("2026-11-22T08:00:00Z", withdrawn)];
    let begins = plan("r2", &[("2026-11-22T08:00:00Z", 1, 0), ("2026-11-22T10:10:01Z", 0, 1)], "");
    let begins = vec![written("2026-11-22T08:00:00Z", begins)];
    let leased = plan(
        "r2",
        &[("2026-11-22T08:00:00Z", 1, 0), ("2026-11-22T09:00:00Z", 0, 1)],
        ", \"lease\": {\"until\": \"2026-11-22T10:00:00Z\", \"else\": 0}",
    );
    let leased = vec![written("2026-11-22T08:00:00Z", leased)];
    let old = ("cs(Cookie)", "release=blue.r1-0");
    let table: [(&str, Vec<WrittenPlan>, Values<'_>, &str); 17] = [
        ("a first page load", on_blue.clone(), &[], "blue by stage"),
        ("after a change", before.clone(), &[], "green by stage"),
        ("before a change", after, &[], "blue by stage"),
        ("near a change", near.clone(), &[], "NearChange"),
        ("just before a change", soon, &[], "blue by stage"),
        ("a file of an open page near a change", near.clone(), &[SCRIPT, old], "blue by sticky"),
        ("a file of an open page", before.clone(), &[SCRIPT, old], "blue by sticky"),
        ("a page load that moves", before.clone(), &[old], "green by stage, assumed"),
        ("a page load that stays", on_blue.clone(), &[old], "blue by stage"),
        (
            "data at the path of a page",
            before.clone(),
            &[old, ("cs-uri-stem", "/cart"), ("sc-content-type", "application/json")],
            "blue by sticky, assumed",
        ),
        ("the cookie of a withdrawn release", withdrawn, &[SCRIPT, old], "green by stage"),
        ("a pin", before.clone(), &[("cs-uri-stem", "/_r/blue/app.js")], "blue by pin"),
        ("a pin in the query", before, &[SCRIPT, ("cs-uri-query", "dpl=blue")], "blue by pin"),
        ("a stage that begins", begins, &[], "NearChange"),
        ("after the lease", leased, &[], "blue by stage"),
        ("before the history", young, &[], "NoPlan"),
        ("an empty history", Vec::new(), &[], "NoPlan"),
    ];
    for (name, written, values, expected) in table {
        let plans = Plans::new(written, lag(60, 0));
        assert_eq!(said(values, &plans, &Rules::default()), expected, "{name}");
    }
}

/// The row has the time of its end. A slow one arrived before.
#[test]
fn the_time_of_the_decision_is_that_of_the_arrival() {
    fn plans(at: &str) -> Plans {
        Plans::new(vec![blue(), green(at)], lag(0, 0))
    }
    let row = |text: &str, took: &str| {
        let log = format!(
            "#Fields: date time time-taken cs-method cs-uri-stem c-ip cs(User-Agent) cs(Cookie)\n\
             2026-11-22\t10:10:00\t{took}\tGET\t/\t192.0.2.1\tX\t-\n"
        );
        let mut reader = access_log::Reader::new(log.as_bytes());
        let row = reader.next_row().unwrap().unwrap();
        words(again(&row, Content::Page, &Rules::default(), &plans(text)))
    };
    assert_eq!(row("2026-11-22T10:09:50Z", "0.100"), "green by stage");
    assert_eq!(row("2026-11-22T10:09:50Z", "9.500"), "NearChange");
    assert_eq!(row("2026-11-22T10:09:50Z", "20.000"), "blue by stage");
    assert_eq!(row("2026-11-22T10:09:50Z", "-"), "NearChange");
}

/// On a miss there is no draw, and a cache keeps the object for a while.
#[test]
fn a_decision_on_a_miss_is_that_of_the_active_release() {
    let rules = Rules { decide_at: DecideAt::OriginRequest, ..Rules::default() };
    let canary = plan("r1", &[("2026-11-22T08:00:00Z", 1, 999)], "");
    let canary = Plans::new(vec![written("2026-11-22T08:00:00Z", canary)], lag(60, 60));
    assert_eq!(said(&[], &canary, &rules), "blue by stage");
    let changed = |at| Plans::new(vec![blue(), green(at)], lag(60, 60));
    assert_eq!(said(&[], &changed("2026-11-22T10:08:30Z"), &rules), "NearChange");
    assert_eq!(said(&[], &changed("2026-11-22T10:06:50Z"), &rules), "green by stage");
}

#[test]
fn without_cookies_only_a_pin_is_certain() {
    let log = "#Fields: date time cs-uri-stem c-ip cs(User-Agent)\n\
               2026-11-22\t10:10:00\t/\t192.0.2.1\tX\n2026-11-22\t10:10:00\t/_r/blue/a.js\t192.0.2.1\tX\n";
    let plans = Plans::new(vec![blue()], lag(60, 0));
    let mut reader = access_log::Reader::new(log.as_bytes());
    let mut next = |content| {
        words(again(&reader.next_row().unwrap().unwrap(), content, &Rules::default(), &plans))
    };
    assert_eq!(next(Content::Page), "NoCookies");
    assert_eq!(next(Content::File), "blue by pin");
}

#[test]
fn a_label_counts_before_the_replay_and_they_are_compared() {
    let plans = Plans::new(vec![blue(), green("2026-11-22T09:00:00Z")], lag(60, 0));
    let of = |release: &'static str| ("sc-content-type", release);
    let rules = Rules::default();
    let named = |values: Values<'_>| {
        with_row(values, |row| {
            let content = Content::of(row, &rules);
            let replayed = Some(again(row, content, &rules, &plans));
            let one = attribute(row, content, &rules, replayed).unwrap();
            (one.release.to_owned(), one.way, one.other.map(str::to_owned), one.is_assumed)
        })
    };
    let green = || "green".to_owned();
    assert_eq!(named(&[]), (green(), Way::Replay, None, false));
    assert_eq!(
        named(&[of("text/html;%20release=blue")]),
        ("blue".into(), Way::Label, Some(green()), false)
    );
    let old = ("cs(Cookie)", "release=blue.r1-0");
    assert_eq!(named(&[old]), (green(), Way::Replay, None, true));
    assert_eq!(named(&[SCRIPT, old]), ("blue".into(), Way::Cookie, None, false));
    let observation = observe_with(
        &[
            &[],
            &[of("text/html;%20release=green")],
            &[of("text/html;%20release=blue")],
            &[old],
            &[old, of("text/html;%20release=green")],
            &[SCRIPT, old],
        ],
        Some(&plans),
    );
    assert_eq!((observation.replay_agreed, observation.replay_differed), (1, 1));
    assert_eq!(observation.assumed, 1);
    assert_eq!(observation.unnamed, 0);
    let ways: Vec<_> = observation.ways.into_iter().collect();
    assert_eq!(ways, [(Way::Label, 3), (Way::Cookie, 1), (Way::Replay, 2)]);
}

#[test]
fn a_row_that_cannot_be_told_is_counted_by_the_reason() {
    let plans = Plans::new(vec![blue(), green("2026-11-22T10:09:30Z")], lag(60, 0));
    let observation =
        observe_with(&[&[], &[SCRIPT], &[("cs-uri-query", "__release=x")]], Some(&plans));
    let doubts: Vec<_> = observation.doubts.into_iter().collect();
    assert_eq!(doubts, [(Doubt::NearChange, 2)]);
    assert_eq!(observation.releases.len(), 0);
}

/// The headers of a viewer's request that no log has.
const PAGE: [(&str, &str); 2] = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
const PART: [(&str, &str); 2] = [("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")];

/// One for all cases: the search for crawlers takes long to build.
static RULES: LazyLock<Rules> = LazyLock::new(Rules::default);

proptest! {
    /// Whatever a viewer sends: what the replay is certain of is what the function decided. The exception is a file that is
    /// opened in a tab of its own.
    #[test]
    fn what_is_certain_was_decided(
        path in "/(cart|app\\.js|_r/blue/x\\.js|api/1|)",
        query in "(|a=1|dpl=green)",
        host in 0_u8..255,
        agent in "[a-z]{1,4}[ -$&-~]{0,8}",
        cookie in "(|release=(blue|green|red)\\.r[12]-[01]|a=b; release=green)",
        is_page in any::<bool>(),
        weights in (1_u32..5, 0_u32..5),
        second in 0_i64..100,
        written_at in 0_i64..100,
    ) {
        let base = Timestamp::parse(NOW).unwrap().0;
        let at = |seconds: i64| Timestamp(base + seconds * 1000);
        let rules = &*RULES;
        let first = plan("r1", &[("2026-11-22T08:00:00Z", 1, 0)], "");
        let next = plan("r2", &[("2026-11-22T08:00:00Z", weights.0, weights.1)], "");
        let now = at(second);
        let in_force = if written_at <= second { &next } else { &first };
        let address = format!("192.0.2.{host}");
        let agent = agent.trim();
        let mut headers = vec![("user-agent", agent), ("cookie", cookie.as_str())];
        headers.extend(if is_page { PAGE } else { PART });
        let headers: &[(&str, &str)] = &headers;
        let request = Request {
            method: "GET", uri: &path, querystring: &query, client_ip: &address, headers: &headers,
        };
        let kind = classify(&request, Some(in_force), rules);
        let source = Some(Source::Stored(in_force));
        let decided = decide(&request, kind, source, At::Viewer, rules, OverrideState::None, now);
        let decided = decided.release.unwrap().id.as_str().to_owned();

        let plans = Plans::new(
            vec![
                WrittenPlan { at: at(-3600), plan: first },
                WrittenPlan { at: at(written_at), plan: next },
            ],
            lag(30, 0),
        );
        let encoded = |text: &str| match text.replace('%', "%25").replace(' ', "%20") {
            empty if empty.is_empty() => "-".to_owned(),
            text => text,
        };
        let kind_of = if kind == Kind::Document { "text/html" } else { "application/json" };
        let log = format!(
            "#Fields: timestamp(ms) time-taken cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) cs(Cookie) \
             sc-content-type\n{}\t0.000\tGET\t{path}\t{}\t{address}\t{}\t{}\t{kind_of}\n",
            now.0, encoded(&query), encoded(agent), encoded(&cookie),
        );
        let mut reader = access_log::Reader::new(log.as_bytes());
        let row: Row<'_> = reader.next_row().unwrap().unwrap();
        let is_file_in_a_tab = is_page && path.ends_with("js");
        match again(&row, Content::of(&row, rules), rules, &plans) {
            Replayed::Certain(one) | Replayed::Assumed(one) => {
                prop_assert!(one.release == decided || is_file_in_a_tab, "{one:?}, {decided}");
            }
            Replayed::Doubtful(doubt) => {
                prop_assert_eq!(doubt, Doubt::NearChange);
                prop_assert!((written_at - 4..written_at + 35).contains(&second));
            }
        }
    }
}
