//! What a change comes to, in words.

use std::time::Duration;

use plan_change::{Begins, Change, Context, Effect, Moment, When, apply};
use routing_core::DecideAt;

use crate::support::{
    TEN, World, add, canary, hold, id, later, leased, pausing, promote, ramp, remove, rollback,
    rollback_to, share, withdraw,
};

/// Name, what was done before, each a minute after the other, the change, and its effects.
type Row = (&'static str, Vec<Change>, Change, &'static [&'static str]);

#[test]
fn effects_say_who_gets_what_and_when() {
    for (name, before, change, effects) in table() {
        assert_eq!(World::after(&before).change(&change), effects, "{name}");
    }
}

fn table() -> Vec<Row> {
    let now = Change::Promote { id: id("new"), at: When::Now };
    let tomorrow = Change::Promote { id: id("new"), at: When::At(later(TEN, 86_400)) };
    vec![
        (
            "promote",
            vec![],
            promote("new"),
            &[
                "everybody will get new from 10:00:50 UTC on",
                "viewers who have old keep it until their next page load",
                "a rollback goes back to old",
            ],
        ),
        (
            "promote at once",
            vec![],
            now,
            &[
                "everybody will get new at once; every edge location follows within 45 s",
                "viewers who have old keep it until their next page load",
                "a rollback goes back to old",
            ],
        ),
        (
            "promote tomorrow",
            vec![],
            tomorrow,
            &[
                "everybody will get new from 2026-11-23 10:00:00 UTC on",
                "viewers who have old keep it until their next page load",
                "a rollback goes back to old",
            ],
        ),
        (
            "promote of a canary",
            vec![canary("new", "10")],
            promote("new"),
            &[
                "everybody will get new from 10:01:50 UTC on",
                "viewers who have old keep it until their next page load",
                "a rollback goes back to old",
            ],
        ),
        (
            "promote of the active release, to end a canary",
            vec![canary("new", "10")],
            promote("old"),
            &[
                "everybody will get old from 10:01:50 UTC on",
                "viewers who have new keep it until their next page load",
            ],
        ),
        (
            "canary",
            vec![],
            canary("new", "10"),
            &[
                "10 % of new viewers will get new from 10:00:50 UTC on",
                "10 % of the viewers of old will move to new at their next page load",
                "viewers who got new in this rollout keep it, if they keep cookies",
            ],
        ),
        (
            "higher canary",
            vec![canary("new", "10")],
            canary("new", "50"),
            &[
                "50 % of new viewers will get new from 10:01:50 UTC on",
                "44.4 % of the viewers of old will move to new at their next page load",
                "viewers who got new in this rollout keep it, if they keep cookies",
            ],
        ),
        (
            "lower canary",
            vec![canary("new", "10")],
            canary("new", "2.5"),
            &[
                "2.5 % of new viewers will get new from 10:01:50 UTC on",
                "75 % of the viewers of new will move to old at their next page load",
                "viewers who got old in this rollout keep it, if they keep cookies",
            ],
        ),
        (
            "ramp",
            vec![],
            leased("new", &["10", "100"]),
            &[
                "10 % of new viewers will get new from 10:00:50 UTC on",
                "everybody will get new from 10:10:50 UTC on",
                "100 % of the viewers of old will move to new at their next page load",
                "viewers who got new in this rollout keep it, if they keep cookies",
                "unless the lease is renewed, everybody gets old from 10:02:00 UTC on",
            ],
        ),
        (
            "ramp that pauses by itself",
            vec![],
            pausing("new", &["1", "10", "50", "100"], "10"),
            &[
                "1 % of new viewers will get new from 10:00:50 UTC on",
                "10 % of new viewers will get new from 10:10:50 UTC on",
                "2 steps wait until the ramp is resumed",
            ],
        ),
        (
            "resume before the pause",
            vec![pausing("new", &["1", "10", "50", "100"], "10")],
            Change::RampResume,
            &["the next stage begins at 10:20:50 UTC", "the next stage begins at 10:30:50 UTC"],
        ),
        (
            "pause before the pause",
            vec![pausing("new", &["1", "10", "50", "100"], "10")],
            Change::RampPause,
            &["3 steps wait until the ramp is resumed"],
        ),
        (
            "pause",
            vec![ramp("new", &["10", "50", "100"])],
            Change::RampPause,
            &["2 steps wait until the ramp is resumed"],
        ),
        (
            "pause too late for one step",
            vec![
                ramp("new", &["10", "100"]),
                add("a"),
                add("b"),
                add("c"),
                add("d"),
                add("e"),
                add("f"),
                add("g"),
                add("h"),
            ],
            Change::RampPause,
            &["1 step waits until the ramp is resumed"],
        ),
        (
            "resume",
            vec![ramp("new", &["10", "50", "100"]), Change::RampPause],
            Change::RampResume,
            &["the next stage begins at 10:02:50 UTC", "the next stage begins at 10:12:50 UTC"],
        ),
        (
            "abort",
            vec![ramp("new", &["10", "50"])],
            Change::RampAbort,
            &[
                "everybody will get old at once; every edge location follows within 45 s",
                "the stage scheduled for 10:10:50 UTC is cancelled",
                "viewers who have new keep it until their next page load",
                "new stays registered: a preview link still shows it",
                "the cached assets of old stay valid: nothing needs an invalidation",
            ],
        ),
        (
            "finish",
            vec![leased("new", &["10", "50"])],
            Change::RampFinish,
            &[
                "the stage scheduled for 10:10:50 UTC is cancelled",
                "the lease will be removed: the stages stay in force",
                "everybody will get new from 10:01:50 UTC on",
                "viewers who have old keep it until their next page load",
            ],
        ),
        (
            "promote after the last step of a ramp",
            vec![leased("new", &["10"])],
            promote("new"),
            &[
                "everybody will get new from 10:01:50 UTC on",
                "the lease will be removed: the stages stay in force",
                "viewers who have old keep it until their next page load",
                "a rollback goes back to old",
            ],
        ),
        (
            "finish of a paused ramp",
            vec![ramp("new", &["10", "50", "100"]), Change::RampPause],
            Change::RampFinish,
            &[
                "everybody will get new from 10:02:50 UTC on",
                "viewers who have old keep it until their next page load",
            ],
        ),
        (
            "rollback",
            vec![promote("new")],
            rollback(),
            &[
                "everybody will get old at once; every edge location follows within 45 s",
                "old had all traffic before, and its last traffic until 10:00:50 UTC",
                "viewers who have new keep it until their next page load",
                "new stays registered: a preview link still shows it",
                "the cached assets of old stay valid: nothing needs an invalidation",
            ],
        ),
        (
            "rollback of a flip to come",
            vec![promote("new"), promote("next"), add("late")],
            rollback(),
            &[
                "everybody will get new at once; every edge location follows within 45 s",
                "new had all traffic from 10:00:50 UTC to 10:01:50 UTC",
                "viewers who have next keep it until their next page load",
                "next stays registered: a preview link still shows it",
                "the cached assets of new stay valid: nothing needs an invalidation",
            ],
        ),
        (
            "rollback to a name",
            vec![],
            rollback_to("next"),
            &[
                "everybody will get next at once; every edge location follows within 45 s",
                "viewers who have old keep it until their next page load",
                "old stays registered: a preview link still shows it",
                "the cached assets of next stay valid: nothing needs an invalidation",
            ],
        ),
        (
            "renewal",
            vec![leased("new", &["10"])],
            Change::RenewLease(Duration::from_secs(180)),
            &["unless the lease is renewed, everybody gets old from 10:04:00 UTC on"],
        ),
        (
            "hand-over to the guard",
            vec![leased("new", &["10"])],
            Change::HandOver { lease: Duration::from_secs(180), guard: Some(hold()) },
            &[
                "unless the lease is renewed, everybody gets old from 10:04:00 UTC on",
                "the guard holds the ramp: no command has to run until it ends",
            ],
        ),
        (
            "end of a lease",
            vec![leased("new", &["10"])],
            Change::EndLease,
            &["the lease will be removed: the stages stay in force"],
        ),
        (
            "add",
            vec![],
            add("late"),
            &["late is registered without traffic: a preview link shows it"],
        ),
        (
            "withdraw",
            vec![],
            withdraw("new"),
            &["new is never served again: open pages of it get another release"],
        ),
        ("remove", vec![withdraw("new")], remove("new"), &["new will be removed from the plan"]),
    ]
}

#[test]
fn without_draws_documents_must_be_invalidated() {
    let world = World::after(&[promote("new")]);
    let context = Context { decide_at: DecideAt::OriginRequest, ..world.context.clone() };
    let last = |change: &Change| {
        let changed = apply(&world.document, change, &context).unwrap();
        changed.effects.last().unwrap().to_string()
    };
    let at = |moment| {
        format!("documents must be invalidated at {moment}, when every edge location has the plan")
    };
    assert_eq!(last(&promote("next")), at("10:01:50 UTC"));
    assert_eq!(last(&rollback()), at("10:01:45 UTC"));
}

#[test]
fn an_effect_is_an_object_with_a_tag_and_its_values() {
    let json = |effect: &Effect| serde_json::to_string(effect).unwrap();
    let at = Moment { at: later(TEN, 50), now: TEN };
    let (release, begins) = ("new".to_owned(), Begins::At(at));
    let table = [
        (
            Effect::GivesShare { release: release.clone(), share: share("12.5"), begins },
            r#"{"effect":"gives-share","release":"new","percent":12.5,"at":"2026-11-22T10:00:50Z"}"#,
        ),
        (
            Effect::GivesEverybody { release, begins: Begins::WithinSeconds(45) },
            r#"{"effect":"gives-everybody","release":"new","within_seconds":45}"#,
        ),
        (Effect::HoldsSteps { steps: 2 }, r#"{"effect":"holds-steps","steps":2}"#),
        (Effect::CancelsStage { at }, r#"{"effect":"cancels-stage","at":"2026-11-22T10:00:50Z"}"#),
        (Effect::EndsLease, r#"{"effect":"ends-lease"}"#),
    ];
    for (effect, expected) in table {
        assert_eq!(json(&effect), expected, "{effect}");
    }
}
