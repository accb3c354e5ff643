//! Any plan, and any change of it.

use std::time::Duration;

use plan_change::{After, Change, GateTerms, Hold, NewRelease, Ramp, WayBack, When};
use plan_format::{MAX_PLAN_BYTES, ReleaseDefaults, Slot, StateName, Versions};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::support::{TEN, canary, id, later, share, state};

/// a, b, c and w are in every plan; d is not.
const IDS: [&str; 5] = ["a", "b", "c", "d", "w"];

fn release() -> impl Strategy<Value = &'static str> {
    select(&IDS[..])
}

fn steps() -> impl Strategy<Value = Vec<plan_change::Share>> {
    prop::collection::vec(select(&["0.5", "1", "10", "25", "50", "100"][..]).prop_map(share), 0..5)
        .prop_map(|mut steps| {
            steps.sort();
            steps.dedup();
            steps
        })
}

/// A release in one of the slots or in none. Sometimes its slot must be idle, or drained releases are pruned, too.
fn new_release() -> impl Strategy<Value = NewRelease> {
    let slot = select(&[None, Some("blue"), Some("green")][..]);
    let keep = prop::option::of(0..3_usize);
    let needs = prop::option::of(needs());
    (release(), slot, any::<bool>(), keep, needs).prop_map(
        |(text, slot, needs_idle_slot, keep, needs)| {
            let (slot, origins) = (slot.map(ToOwned::to_owned), Vec::new());
            NewRelease { id: id(text), prefix: None, origins, slot, needs_idle_slot, keep, needs }
        },
    )
}

/// The names of the states.
fn name() -> impl Strategy<Value = StateName> {
    select(&["db", "api"][..]).prop_map(state)
}

/// Up to two needs, of few versions, so that many releases overlap.
pub(crate) fn needs() -> impl Strategy<Value = Vec<(StateName, Versions)>> {
    let versions = (0..5_u64, prop::option::weighted(0.8, 0..3_u64)).prop_map(|(first, more)| {
        Versions::new(first, more.map(|more| first + more)).expect("the last one is not below")
    });
    prop::collection::btree_map(name(), versions, 0..3)
        .prop_map(|needs| needs.into_iter().collect())
}

pub(crate) fn version() -> impl Strategy<Value = u64> {
    0..7_u64
}

/// The values that the package gives to releases: not known, or with two slots.
pub(crate) fn defaults() -> impl Strategy<Value = Option<ReleaseDefaults>> {
    let slot = |name: &str| Slot { name: name.into(), origins: Vec::new() };
    let slots = vec![slot("blue"), slot("green")];
    let known = ReleaseDefaults { slots, ..ReleaseDefaults::default() };
    select(vec![None, Some(known)])
}

pub(crate) fn change() -> impl Strategy<Value = Change> {
    let when = prop_oneof![
        Just(When::Now),
        Just(When::NextFlip),
        (0..600_u64).prop_map(|seconds| When::At(later(TEN, seconds))),
    ];
    let lease = prop::option::of((30..300_u64).prop_map(Duration::from_secs));
    prop_oneof![
        2 => new_release().prop_map(Change::AddRelease),
        1 => (0..3_usize).prop_map(|keep| Change::Prune { keep }),
        1 => release().prop_map(|text| Change::Withdraw(id(text))),
        2 => release().prop_map(|text| Change::RemoveRelease(id(text))),
        4 => (release(), when).prop_map(|(text, at)| Change::Promote { id: id(text), at }),
        6 => (release(), select(&["0.1", "10", "33.3", "50", "100"][..]))
            .prop_map(|(text, percent)| canary(text, percent)),
        4 => (release(), steps(), 0..90_u64, lease, prop::option::of(0..3_usize), prop::option::of(hold())).prop_map(
            |(text, steps, every, lease, pause, guard)| {
                let pause_at = pause.and_then(|index| steps.get(index).copied());
                let every = Duration::from_secs(every);
                Change::Ramp(Ramp { id: id(text), steps, every, lease, pause_at, guard })
            }
        ),
        2 => Just(Change::RampPause),
        2 => Just(Change::RampResume),
        1 => Just(Change::RampAbort),
        2 => Just(Change::RampFinish),
        1 => (0..900_u64).prop_map(|seconds| Change::RenewLease(Duration::from_secs(seconds))),
        1 => (0..900_u64, prop::option::of(hold())).prop_map(|(seconds, guard)| {
            Change::HandOver { lease: Duration::from_secs(seconds), guard }
        }),
        1 => Just(Change::EndLease),
        2 => (prop::option::of(release()), prop::option::of(".{0,300}")).prop_map(|(to, reason)| {
            Change::Rollback { to: to.map(id), reason }
        }),
        4 => (name(), version(), way_back()).prop_map(|(name, version, way_back)| {
            Change::SetState { name, version, way_back }
        }),
        1 => (name(), way_back()).prop_map(|(name, way_back)| {
            Change::UnsetState { name, way_back }
        }),
    ]
}

fn way_back() -> impl Strategy<Value = WayBack> {
    select(&[WayBack::Keep, WayBack::GiveUp][..])
}

/// A field that nobody knows.
fn unknown() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(1.0)),
        Just(json!(u64::MAX)),
        Just(json!({ "b": [1, { "a": null }], "a": "\" \\ \u{e9} {" })),
        ".{0,20}".prop_map(Value::from),
    ]
}

/// A plan of a, b and c, with w withdrawn, at [`TEN`].
fn plan() -> impl Strategy<Value = String> {
    let minutes = |from: u64| {
        let minute = from % 60;
        format!("2026-11-22T{:02}:{minute:02}:00Z", 9 + from / 60)
    };
    let weights = select(vec![
        json!([["a", 100]]),
        json!([["b", 3], ["a", 1]]),
        json!([["a", 0], ["b", 1]]),
        json!([["c", 1], ["a", 1], ["b", 1]]),
        json!([["w", 9], ["c", 1]]),
        json!([["w", 9]]),
    ]);
    let stages = prop::collection::btree_map(1..120_u64, (weights, unknown()), 0..5);
    let lease = prop::option::of((50..70_u64, any::<prop::sample::Index>(), unknown()));
    (stages, lease, [unknown(), unknown(), unknown()], 0..3000_usize).prop_map(
        move |(stages, lease, [top, in_release, odd], padding)| {
            let first = json!({ "from": "2026-11-22T09:00:00Z", "weights": [["b", 1]] });
            let stage = |(from, (weights, extra)): (u64, (Value, Value))| {
                json!({ "x-stage": extra, "from": minutes(from), "weights": weights })
            };
            let stages: Vec<Value> =
                [first].into_iter().chain(stages.into_iter().map(stage)).collect();
            let mut plan = json!({
                "x-top": top,
                "x-padding": if padding > 2000 { "p".repeat(padding) } else { String::new() },
                "schema": 1,
                "revision": 17,
                "releases": {
                    "a": { "prefix": "/a", "x-release": in_release },
                    "b": { "prefix": "/b", "x-release": odd, "slot": "blue" },
                    "c": { "prefix": "/c" },
                    "w": { "prefix": "/w" },
                },
                "rollout": "r12",
                "withdrawn": ["w", "gone"],
            });
            if let Some((until, otherwise, extra)) = lease {
                let otherwise = otherwise.index(stages.len());
                plan["lease"] = json!({ "x-lease": extra, "until": minutes(until), "else": otherwise });
            }
            plan["stages"] = Value::from(stages);
            plan.to_string()
        },
    )
}

pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![1 => Just("a b c".to_owned()), 8 => plan()]
        .prop_filter("a parameter holds it", |text| text.len() <= MAX_PLAN_BYTES)
}

/// The instructions of a ramp that the guard holds.
fn hold() -> impl Strategy<Value = Hold> {
    let then = select(&[None, Some(After::Promote), Some(After::Detach)][..]);
    let soak = prop::option::of(0..900_u64);
    let gate = prop::option::of(soak.prop_map(|soak_seconds| GateTerms {
        logs: "s3://shop-access-logs/cdn/".into(),
        soak_seconds,
        ..GateTerms::default()
    }));
    (90..900_u64, 0..600_u64, then, gate).prop_map(|(seconds, bake_seconds, then, gate)| Hold {
        seconds,
        alarms: vec!["shop-5xx".into()],
        alarm_region: Some("us-east-1".into()),
        watched_from: (seconds % 2 == 0).then_some(crate::support::TEN),
        bake_seconds,
        then,
        gate,
        paused_by: None,
        let_pass: None,
    })
}
