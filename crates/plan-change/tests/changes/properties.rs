//! Any sequence of changes at rising times, from any of several plans with unknown fields at every level.

use std::collections::HashSet;
use std::time::Duration;

use plan_change::{Change, Document, NewRelease, Ramp, When, apply};
use plan_store::{MAX_PLAN_BYTES, PrefixTemplate, parse};
use proptest::prelude::*;
use proptest::sample::select;
use routing_core::{Plan, Timestamp};
use serde_json::{Value, json};

use crate::support::{TEN, World, canary, id, later, share};

/// a, b, c and w are in every plan; d is not.
const IDS: [&str; 5] = ["a", "b", "c", "d", "w"];
const YEAR: u64 = 31_536_000;

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

fn change() -> impl Strategy<Value = Change> {
    let when = prop_oneof![
        Just(When::Now),
        Just(When::NextFlip),
        (0..600_u64).prop_map(|seconds| When::At(later(TEN, seconds))),
    ];
    let lease = prop::option::of((30..300_u64).prop_map(Duration::from_secs));
    prop_oneof![
        2 => release().prop_map(|text| Change::AddRelease(NewRelease {
            id: id(text), prefix: None, origins: Vec::new(), slot: Some("green".into())
        })),
        1 => release().prop_map(|text| Change::Withdraw(id(text))),
        2 => release().prop_map(|text| Change::RemoveRelease(id(text))),
        4 => (release(), when).prop_map(|(text, at)| Change::Promote { id: id(text), at }),
        6 => (release(), select(&["0.1", "10", "33.3", "50", "100"][..]))
            .prop_map(|(text, percent)| canary(text, percent)),
        4 => (release(), steps(), 0..90_u64, lease, prop::option::of(0..3_usize)).prop_map(
            |(text, steps, every, lease, pause)| {
                let pause_at = pause.and_then(|index| steps.get(index).copied());
                let every = Duration::from_secs(every);
                Change::Ramp(Ramp { id: id(text), steps, every, lease, pause_at })
            }
        ),
        2 => Just(Change::RampPause),
        2 => Just(Change::RampResume),
        1 => Just(Change::RampAbort),
        1 => (0..900_u64).prop_map(|seconds| Change::RenewLease { until: later(TEN, seconds) }),
        1 => Just(Change::EndLease),
        2 => (prop::option::of(release()), prop::option::of(".{0,300}")).prop_map(|(to, reason)| {
            Change::Rollback { to: to.map(id), reason }
        }),
    ]
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

fn text() -> impl Strategy<Value = String> {
    prop_oneof![1 => Just("a b c".to_owned()), 8 => plan()]
        .prop_filter("a parameter holds it", |text| text.len() <= MAX_PLAN_BYTES)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_change_keeps_the_rules(
        text in text(),
        changes in prop::collection::vec((0..200_u64, change()), 1..24),
    ) {
        let mut world = World::new(&text);
        let mut rollouts = HashSet::from([world.plan().rollout().to_owned()]);
        for (seconds, change) in changes {
            world.wait(seconds);
            let before = world.document.clone();
            match apply(&before, &change, &world.context) {
                Err(refusal) => prop_assert!(!refusal.hint().is_empty(), "{refusal}"),
                Ok(changed) => {
                    world.document = changed.document;
                    Step { before: &before, after: &world.document, change: &change, world: &world }
                        .check()?;
                    if before.plan().rollout() != world.plan().rollout() {
                        prop_assert!(rollouts.insert(world.plan().rollout().to_owned()));
                    }
                }
            }
        }
    }
}

/// One change that was accepted.
struct Step<'s> {
    before: &'s Document,
    after: &'s Document,
    change: &'s Change,
    world: &'s World,
}

impl Step<'_> {
    fn check(&self) -> Result<(), TestCaseError> {
        let (before, after) = (self.before.plan(), self.after.plan());
        let text = self.after.text();
        prop_assert!(text.len() <= MAX_PLAN_BYTES);
        let read = parse(text, &PrefixTemplate::default());
        prop_assert_eq!(read.as_ref(), Ok(after));
        prop_assert_eq!(after.revision(), before.revision() + 1);
        self.check_stages()?;
        self.check_traffic()?;
        self.check_unknown_fields()?;
        self.world.summary().to_string();
        Ok(())
    }

    /// Whether the change takes traffic back at once.
    fn is_rollback(&self) -> bool {
        matches!(self.change, Change::Rollback { .. } | Change::RampAbort)
    }

    /// The stages that begin before every edge location has read the change stay as they are, or the
    /// rollout is another; and it is so only when one release has all traffic, or on a rollback.
    fn check_stages(&self) -> Result<(), TestCaseError> {
        let (before, after) = (self.before.plan(), self.after.plan());
        if before.rollout() != after.rollout() {
            prop_assert!(self.is_rollback() || traffic(before, self.world.context.now).len() == 1);
            return Ok(());
        }
        let count = self.fixed();
        let (mut before, mut after) = (stages(self.before), stages(self.after));
        before.truncate(count);
        after.truncate(count);
        prop_assert_eq!(before, after);
        Ok(())
    }

    /// How many stages of the plan before have begun, or begin before every edge location has read the change.
    fn fixed(&self) -> usize {
        let before = self.before.plan();
        let ended = before.lease().filter(|lease| lease.until <= self.world.context.now);
        let end = ended.map_or(self.world.context.next_flip(), |lease| lease.until);
        before.stages().iter().filter(|stage| stage.from() < end).count()
    }

    fn check_traffic(&self) -> Result<(), TestCaseError> {
        let (before, after) = (self.before.plan(), self.after.plan());
        let now = self.world.context.now;
        if self.is_rollback() {
            let settled = traffic(after, now);
            let [(release, _)] = &settled[..] else { panic!("{settled:?}") };
            prop_assert!(after.servable(release).is_some());
            prop_assert_eq!(&traffic(after, later(now, YEAR)), &settled, "it stays so");
            if after.stages().len() == 1 {
                prop_assert_eq!(&traffic(after, TEN), &settled, "slow clocks follow");
            }
        }
        let flip = Timestamp(self.world.context.next_flip().0 - 1);
        let moments = match self.change {
            Change::Promote { at: When::Now, .. } | Change::Rollback { .. } | Change::RampAbort => {
                vec![]
            }
            Change::RenewLease { .. } | Change::EndLease => vec![now],
            Change::AddRelease(_)
            | Change::Withdraw(_)
            | Change::RemoveRelease(_)
            | Change::Promote { .. }
            | Change::Canary { .. }
            | Change::Ramp(_)
            | Change::RampPause
            | Change::RampResume => vec![now, flip],
        };
        for at in moments {
            prop_assert_eq!(traffic(before, at), traffic(after, at), "nobody is moved so soon");
        }
        Ok(())
    }

    fn check_unknown_fields(&self) -> Result<(), TestCaseError> {
        let (before, after) = (json_of(self.before), json_of(self.after));
        for name in ["x-top", "x-padding", "schema"] {
            prop_assert_eq!(before.get(name), after.get(name));
        }
        for (id, release) in after["releases"].as_object().unwrap() {
            let old = &before["releases"][id];
            prop_assert!(old.is_null() || old.get("x-release") == release.get("x-release"));
        }
        for stage in after["stages"].as_array().unwrap() {
            let same =
                |old: &&Value| old["from"] == stage["from"] && old["weights"] == stage["weights"];
            let fixed = &before["stages"].as_array().unwrap()[..self.fixed()];
            if let Some(old) = fixed.iter().find(same) {
                prop_assert_eq!(old.get("x-stage"), stage.get("x-stage"));
            }
        }
        if let Change::RenewLease { .. } = self.change {
            prop_assert_eq!(before["lease"].get("x-lease"), after["lease"].get("x-lease"));
        }
        Ok(())
    }
}

/// The releases that carry weight, and how much of it.
fn traffic(plan: &Plan, now: Timestamp) -> Vec<(String, f64)> {
    let (_, stage) = plan.stage_at(now);
    let carrying = stage.weights().iter().filter(|(_, weight)| *weight > 0);
    let share = |weight: u16| f64::from(weight) / f64::from(stage.total());
    carrying
        .map(|(index, weight)| (plan.releases()[*index].id.to_string(), share(*weight)))
        .collect()
}

fn json_of(document: &Document) -> Value {
    serde_json::from_str(document.text()).unwrap()
}

fn stages(document: &Document) -> Vec<Value> {
    json_of(document)["stages"].as_array().unwrap().clone()
}
