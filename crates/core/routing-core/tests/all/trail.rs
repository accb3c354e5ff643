//! Every rule that was tried, line by line.

use edge_time::Timestamp;
use routing_core::{
    At, Decision, InForce, Kind, OverrideProblem, OverrideState, Rules, Source, TokenProblem,
    decide,
};

use crate::support::{Headers, NONE, canary, decide_at, get, plan};

use Kind::{Document, Subresource};

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
            trail(
                Subresource,
                "/_r/nope/a.js?dpl=..",
                &[("x-deployment-id", "gone"), ("cookie", "release=..")],
            ),
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
    let trail = |state| {
        let source = Some(Source::Stored(&plan));
        let decision: Decision<'_> = decide(
            &get("/", &NONE),
            Document,
            source,
            At::Viewer,
            &Rules::default(),
            state,
            Timestamp(0),
        );
        decision.trail.iter().nth(1).unwrap().to_string()
    };
    let expired = OverrideProblem::Token(TokenProblem::Expired);
    assert_eq!(trail(OverrideState::Invalid(expired)), "override: invalid, the token has expired");
    let force = InForce { release: &plan.releases()[0], expires: None };
    assert_eq!(trail(OverrideState::InForce(force)), "override: old");
}
