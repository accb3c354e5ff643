//! Any sequence of changes at rising times, from any of several plans with unknown fields at every level.

pub(crate) mod any;

use std::collections::HashSet;

use edge_time::Timestamp;
use plan_change::{
    Change, ChangeRefusal, Context, Document, Effect, NewRelease, When, apply, has_traffic,
    idle_slot,
};
use plan_format::{MAX_PLAN_BYTES, parse};
use proptest::prelude::*;
use routing_core::{Plan, Stage};
use serde_json::Value;

use crate::support::{TEN, World, id, later, rollback, rollback_to};

const YEAR: u64 = 31_536_000;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_change_keeps_the_rules(
        text in any::text(),
        defaults in any::defaults(),
        changes in prop::collection::vec((0..200_u64, any::change()), 1..24),
    ) {
        let mut world = World::new(&text);
        world.context.release_defaults = defaults;
        let mut rollouts = HashSet::from([world.plan().rollout().to_owned()]);
        for (seconds, change) in changes {
            world.wait(seconds);
            let before = world.document.clone();
            match apply(&before, &change, &world.context) {
                Err(refusal) => check_way_out(&world, &change, &refusal)?,
                Ok(changed) => {
                    world.document = changed.document;
                    Step {
                        before: &before,
                        after: &world.document,
                        change: &change,
                        effects: &changed.effects,
                        world: &world,
                    }
                    .check()?;
                    if before.plan().rollout() != world.plan().rollout() {
                        prop_assert!(rollouts.insert(world.plan().rollout().to_owned()));
                    }
                }
            }
        }
    }
}

/// The refusal to withdraw or remove a release with traffic names a rollback that helps.
fn check_way_out(
    world: &World,
    change: &Change,
    refusal: &ChangeRefusal,
) -> Result<(), TestCaseError> {
    if let ChangeRefusal::Serving { to: Some(to), .. } = refusal {
        let rolled_back = apply(&world.document, &rollback_to(to), &world.context);
        let document = rolled_back.map_err(|refusal| TestCaseError::fail(refusal.to_string()))?;
        let withdrawn = apply(&document.document, change, &world.context);
        let still = matches!(withdrawn, Err(ChangeRefusal::Serving { .. }));
        prop_assert!(!still, "{} after a rollback to {}", change, to);
    }
    Ok(())
}

/// One change that was accepted.
struct Step<'s> {
    before: &'s Document,
    after: &'s Document,
    change: &'s Change,
    effects: &'s [Effect],
    world: &'s World,
}

impl Step<'_> {
    fn check(&self) -> Result<(), TestCaseError> {
        let (before, after) = (self.before.plan(), self.after.plan());
        let text = self.after.text();
        prop_assert!(text.len() <= MAX_PLAN_BYTES);
        let defaults = self.world.context.release_defaults.clone().unwrap_or_default();
        let read = parse(text, &defaults);
        prop_assert_eq!(read.as_ref(), Ok(after));
        prop_assert_eq!(after.revision(), before.revision() + 1);
        self.check_stages()?;
        self.check_traffic()?;
        self.check_unknown_fields()?;
        self.check_way_back()?;
        self.check_slot()?;
        self.check_pruned()?;
        let _ = self.world.summary().lines();
        Ok(())
    }

    /// A rollback without a name goes where the effects say, before what was written begins and after.
    fn check_way_back(&self) -> Result<(), TestCaseError> {
        let said = |effect: &&Effect| matches!(effect, Effect::RollsBackTo { .. });
        let Some(Effect::RollsBackTo { release }) = self.effects.iter().find(said) else {
            return Ok(());
        };
        let last = self.after.plan().stages().last().map_or(TEN, Stage::from);
        for now in [self.world.context.now, last.max(self.world.context.now)] {
            let context = Context { now, ..self.world.context.clone() };
            let changed = apply(self.after, &rollback(), &context);
            let back = changed.map_err(|refusal| TestCaseError::fail(refusal.to_string()))?;
            prop_assert_eq!(traffic(back.document.plan(), now), [(release.clone(), 1.0)]);
        }
        Ok(())
    }

    /// A new release that needs an idle slot gets one, and so does a release that names none.
    fn check_slot(&self) -> Result<(), TestCaseError> {
        let Self { before, change, world: World { context, .. }, .. } = self;
        if let Change::AddRelease(NewRelease {
            id, slot: Some(slot), needs_idle_slot: true, ..
        }) = change
            && context.release_defaults.is_some()
            && before.plan().releases().iter().all(|release| release.id != *id)
        {
            prop_assert_eq!(self.serving_in(before, slot), None);
        }
        if let Ok(slot) = idle_slot(self.after, context, &id("late")) {
            prop_assert_eq!(self.serving_in(self.after, &slot), None);
        }
        Ok(())
    }

    /// A release of the slot that has traffic, or will have some.
    fn serving_in(&self, document: &Document, slot: &str) -> Option<String> {
        let mut of_slot =
            document.plan().releases().iter().filter(|one| one.slot.as_deref() == Some(slot));
        let serving = of_slot.find(|one| has_traffic(document, &self.world.context, &one.id));
        serving.map(|one| one.id.to_string())
    }

    /// Only a release without traffic is removed, and pruning leaves the withdrawn ones marked.
    fn check_pruned(&self) -> Result<(), TestCaseError> {
        let (before, after) = (self.before.plan(), self.after.plan());
        for release in before.releases() {
            let is_there = after.releases().iter().any(|other| other.id == release.id);
            let served = has_traffic(self.before, &self.world.context, &release.id);
            prop_assert!(is_there || !served, "{} is removed by {}", release.id, self.change);
        }
        let is_forgotten = matches!(self.change, Change::RemoveRelease(_));
        prop_assert!(is_forgotten || after.withdrawn().starts_with(before.withdrawn()));
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
        if let Change::RampFinish = self.change {
            let end = traffic(after, self.world.context.next_flip());
            prop_assert_eq!(end.len(), 1, "one release has all traffic");
            prop_assert!(after.lease().is_none());
            prop_assert_eq!(traffic(after, later(now, YEAR)), end, "it stays so");
        }
        let flip = Timestamp(self.world.context.next_flip().0 - 1);
        let moments = match self.change {
            Change::Promote { at: When::Now, .. } | Change::Rollback { .. } | Change::RampAbort => {
                vec![]
            }
            Change::RenewLease(_) | Change::HandOver { .. } | Change::EndLease => vec![now],
            Change::Promote { at: When::NextFlip | When::At(_), .. } | Change::RampFinish => {
                match before.lease().map(|lease| lease.until) {
                    Some(until) if until <= flip => vec![now],
                    Some(_) | None => vec![now, flip],
                }
            }
            Change::AddRelease(_)
            | Change::Withdraw(_)
            | Change::RemoveRelease(_)
            | Change::Prune { .. }
            | Change::Canary { .. }
            | Change::Ramp(_)
            | Change::RampPause
            | Change::RampResume
            | Change::SetState { .. }
            | Change::UnsetState { .. } => vec![now, flip],
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
        if let Change::RenewLease(_) = self.change {
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
