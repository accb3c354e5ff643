//! A plan that changes over time, and the alarms of a shop.

use std::time::Duration;

use edge_time::Timestamp;
use guard_rules::{AlarmSeen, AlarmState, Rollout, Version, WRITER};
use plan_change::{After, Change, Context, Document, Hold, Ramp, Share, apply};
use plan_format::ReleaseDefaults;
use routing_core::ReleaseId;

/// 2026-11-22T10:00:00Z.
pub(crate) const TEN: Timestamp = Timestamp(1_795_341_600_000);
/// The Region of the plan.
pub(crate) const HOME: &str = "eu-central-1";

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp(TEN.0 + seconds * 1000)
}

pub(crate) fn id(text: &str) -> ReleaseId {
    ReleaseId::parse(text).unwrap()
}

pub(crate) fn context(seconds: i64, writer: &str) -> Context {
    Context { writer: Some(writer.into()), ..Context::new(at(seconds)) }
}

pub(crate) fn document(text: &str) -> Document {
    Document::parse(text, &ReleaseDefaults::default()).unwrap()
}

pub(crate) fn hold() -> Hold {
    Hold {
        seconds: 645,
        alarms: vec!["shop-5xx".into()],
        alarm_region: Some("us-east-1".into()),
        watched_from: None,
        bake_seconds: 300,
        then: None,
        gate: None,
        paused_by: None,
        let_pass: None,
    }
}

/// A step every ten minutes, held by the guard.
pub(crate) fn guarded(release: &str, steps: &[&str], hold: Hold) -> Change {
    Change::Ramp(Ramp {
        id: id(release),
        steps: steps.iter().map(|step| Share::parse(step).unwrap()).collect(),
        every: Duration::from_secs(600),
        lease: Some(Duration::from_secs(hold.seconds)),
        pause_at: None,
        guard: Some(hold),
    })
}

/// The versions of a parameter.
pub(crate) struct World {
    pub(crate) versions: Vec<Version>,
}

impl World {
    /// Bare ids, written long ago.
    pub(crate) fn new() -> Self {
        let mut world = Self { versions: Vec::new() };
        world.put(-86_400, document("old new next"));
        world
    }

    /// A ramp of `new` that the guard holds, written at ten: 10 % at 10:00:50, 100 % at 10:10:50.
    pub(crate) fn ramping() -> Self {
        let mut world = Self::new();
        world.change(0, "alice", &guarded("new", &["10", "100"], hold()));
        world
    }

    pub(crate) fn put(&mut self, seconds: i64, document: Document) {
        let number = self.versions.len() as u64 + 1;
        let user = Some("arn:aws:iam::123456789012:user/carol".to_owned());
        let document = Some(document);
        self.versions.push(Version { number, modified: at(seconds), user, document });
    }

    pub(crate) fn change(&mut self, seconds: i64, writer: &str, change: &Change) {
        let changed = apply(self.current(), change, &context(seconds, writer)).unwrap();
        self.put(seconds, changed.document);
    }

    pub(crate) fn current(&self) -> &Document {
        self.versions.iter().rev().find_map(|version| version.document.as_ref()).unwrap()
    }

    pub(crate) fn rollout(&self, seconds: i64) -> Option<Rollout> {
        Rollout::of(self.current(), &context(seconds, WRITER))
    }
}

/// The alarm of the shop, as an event tells that it went on.
pub(crate) fn alarm(seconds: i64) -> AlarmSeen {
    AlarmSeen {
        name: "shop-5xx".into(),
        region: Some("us-east-1".into()),
        state: AlarmState::Alarm,
        before: Some(AlarmState::Ok),
        since: Some(at(seconds)),
        muted: None,
        reason: "7.5 is above 1.0".into(),
    }
}

pub(crate) fn held_until(then: Option<After>) -> Hold {
    Hold { then, ..hold() }
}
