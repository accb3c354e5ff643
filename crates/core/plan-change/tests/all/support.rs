//! A plan that changes over time, in one line each.

use std::time::Duration;

use edge_time::Timestamp;
use plan_change::{
    After, Change, ChangeRefusal, Changed, Context, Document, Hold, NewRelease, Ramp, Share,
    Summary, WayBack, When, apply,
};
use plan_format::{ReleaseDefaults, StateName, Versions};
use routing_core::{Plan, ReleaseId};

/// 2026-11-22T10:00:00Z.
pub(crate) const TEN: Timestamp = Timestamp(1_795_341_600_000);

pub(crate) fn id(text: &str) -> ReleaseId {
    ReleaseId::parse(text).unwrap()
}

pub(crate) fn share(text: &str) -> Share {
    Share::parse(text).unwrap()
}

pub(crate) fn document(text: &str) -> Document {
    Document::parse(text, &ReleaseDefaults::default()).unwrap()
}

pub(crate) fn promote(release: &str) -> Change {
    Change::Promote { id: id(release), at: When::NextFlip }
}

pub(crate) fn canary(release: &str, percent: &str) -> Change {
    Change::Canary { id: id(release), share: share(percent) }
}

pub(crate) fn rollback() -> Change {
    Change::Rollback { to: None, reason: None }
}

pub(crate) fn rollback_to(release: &str) -> Change {
    Change::Rollback { to: Some(id(release)), reason: None }
}

pub(crate) fn add(release: &str) -> Change {
    let (prefix, origins) = (None, vec![("api".into(), format!("{release}.example.com"))]);
    Change::AddRelease(NewRelease {
        id: id(release),
        prefix,
        origins,
        slot: Some("green".into()),
        needs_idle_slot: false,
        keep: None,
        needs: None,
    })
}

/// A release that can run on these versions of states, such as `db 3..5`.
pub(crate) fn add_needing(release: &str, needs: &[(&str, &str)]) -> Change {
    let Change::AddRelease(new) = add(release) else { unreachable!() };
    let needs = needs.iter().map(|(name, versions)| (state(name), versions_of(versions))).collect();
    Change::AddRelease(NewRelease { needs: Some(needs), ..new })
}

pub(crate) fn set(name: &str, version: u64) -> Change {
    Change::SetState { name: state(name), version, way_back: WayBack::Keep }
}

pub(crate) fn state(name: &str) -> StateName {
    StateName::parse(name).unwrap()
}

pub(crate) fn versions_of(text: &str) -> Versions {
    Versions::parse(text).unwrap()
}

pub(crate) fn withdraw(release: &str) -> Change {
    Change::Withdraw(id(release))
}

pub(crate) fn remove(release: &str) -> Change {
    Change::RemoveRelease(id(release))
}

/// A step every ten minutes.
pub(crate) fn ramp(release: &str, steps: &[&str]) -> Change {
    Change::Ramp(ramp_of(release, steps))
}

/// As [`ramp`], with a lease of two minutes.
pub(crate) fn leased(release: &str, steps: &[&str]) -> Change {
    Change::Ramp(Ramp { lease: Some(Duration::from_secs(120)), ..ramp_of(release, steps) })
}

/// As [`leased`], held by the guard.
pub(crate) fn guarded(release: &str, steps: &[&str]) -> Change {
    let lease = Some(Duration::from_secs(120));
    Change::Ramp(Ramp { lease, guard: Some(hold()), ..ramp_of(release, steps) })
}

/// The instructions for the guard.
pub(crate) fn hold() -> Hold {
    let (seconds, alarms) = (120, vec!["shop-5xx".into()]);
    Hold {
        seconds,
        alarms,
        alarm_region: None,
        watched_from: None,
        bake_seconds: 0,
        then: Some(After::Detach),
        gate: None,
        paused_by: None,
        let_pass: None,
    }
}

/// As [`ramp`], with a pause at this step.
pub(crate) fn pausing(release: &str, steps: &[&str], step: &str) -> Change {
    Change::Ramp(Ramp { pause_at: Some(share(step)), ..ramp_of(release, steps) })
}

pub(crate) fn ramp_of(release: &str, steps: &[&str]) -> Ramp {
    let steps = steps.iter().map(|step| share(step)).collect();
    Ramp {
        id: id(release),
        steps,
        every: Duration::from_secs(600),
        lease: None,
        pause_at: None,
        guard: None,
    }
}

/// A plan and its clock, which begins at [`TEN`].
pub(crate) struct World {
    pub(crate) document: Document,
    pub(crate) context: Context,
}

impl World {
    pub(crate) fn new(text: &str) -> Self {
        Self { document: document(text), context: Context::new(TEN) }
    }

    /// The plan `old new next`, with `old` active, after some changes, each a minute after the one before.
    pub(crate) fn after(changes: &[Change]) -> Self {
        let mut world = Self::new("old new next");
        for change in changes {
            world.change(change);
            world.wait(60);
        }
        world
    }

    pub(crate) fn wait(&mut self, seconds: u64) -> &mut Self {
        self.context.now = later(self.context.now, seconds);
        self
    }

    pub(crate) fn try_change(&mut self, change: &Change) -> Result<Changed, ChangeRefusal> {
        let changed = apply(&self.document, change, &self.context)?;
        self.document = changed.document.clone();
        Ok(changed)
    }

    /// The sentences that the change comes to.
    pub(crate) fn change(&mut self, change: &Change) -> Vec<String> {
        let changed = self.try_change(change).unwrap_or_else(|refusal| panic!("{refusal}"));
        changed.effects.iter().map(ToString::to_string).collect()
    }

    pub(crate) fn plan(&self) -> &Plan {
        self.document.plan()
    }

    pub(crate) fn summary(&self) -> Summary {
        Summary::of(&self.document, &self.context)
    }
}

pub(crate) fn later(Timestamp(now): Timestamp, seconds: u64) -> Timestamp {
    Timestamp(now + i64::try_from(Duration::from_secs(seconds).as_millis()).unwrap())
}
