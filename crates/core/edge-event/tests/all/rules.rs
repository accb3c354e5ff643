//! Every rule of CloudFront for a function's result: kept, just kept, broken.

mod headers;
mod origin;
mod request;
mod response;

use std::collections::BTreeSet;

use edge_event::rules::{self, Rule};
use edge_event::{Event, Origin, Outcome, Request, Response, check};

/// A result and the rules that it breaks, in the order of their reports.
struct Case {
    name: &'static str,
    event: Event,
    outcome: Outcome,
    broken: Vec<&'static Rule>,
}

#[test]
fn every_result_breaks_exactly_the_rules_of_its_row() {
    for Case { name, event, outcome, broken } in cases() {
        let found = check(&event, &outcome);
        let ids: Vec<_> = found.iter().map(|violation| violation.rule.id).collect();
        let expected: Vec<_> = broken.iter().map(|rule| rule.id).collect();
        assert_eq!(ids, expected, "{name}: {found:?}");
    }
}

#[test]
fn every_rule_has_a_row_that_breaks_it() {
    let broken: BTreeSet<_> = cases().iter().flat_map(|c| &c.broken).map(|rule| rule.id).collect();
    let all: BTreeSet<_> = rules::ALL.iter().map(|rule| rule.id).collect();
    assert_eq!(broken, all);
    assert_eq!(all.len(), rules::ALL.len(), "duplicate id");
}

#[test]
fn an_event_may_go_back_unchanged_even_if_it_breaks_the_rules() {
    let odd =
        Request::new("BREW", "no slash#?é").header("X-Edge-Location", "a\r\nb").client_ip("?");
    let odd =
        odd.header("Host", "").origin(Origin::custom("127.0.0.1:80")).body(Default::default());
    let response = Response::status(99).header("X-Cache", "Hit").header("via", "x".repeat(40_000));
    for event in [
        Event::viewer_request(odd.clone()),
        Event::origin_request(odd.clone()),
        Event::origin_response(odd.clone(), response.clone()),
        Event::viewer_response(odd, response),
    ] {
        assert_eq!(check(&event, &event.passthrough()), []);
    }
}

#[test]
fn a_violation_reads_as_a_sentence_with_its_page() {
    let case = request::viewer("", |r| r.uri = "index.html".into(), &[]);
    let found: Vec<_> = check(&case.event, &case.outcome).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        ["the path must begin with `/`: `index.html` (page `lambda-event-structure`)"]
    );
}

#[test]
fn a_violation_holds_nothing_of_the_viewer() {
    let change = |r: &mut Request| {
        r.client_ip = "secret".into();
        r.querystring = Some("?secret secret#".into());
        r.headers.set("Cookie", "secret\n");
    };
    let case = request::viewer("", change, &[]);
    let found = check(&case.event, &case.outcome);
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found.iter().all(|violation| !violation.to_string().contains("secret")), "{found:?}");
}

fn cases() -> Vec<Case> {
    let tables = [headers::cases(), request::cases(), response::cases(), origin::cases()];
    tables.into_iter().flatten().collect()
}
