//! A plan that changes over time, in one line each.

use std::time::Duration;

use plan_change::{Change, Changed, Context, Document, Refusal, Share, Summary, When, apply};
use plan_store::PrefixTemplate;
use routing_core::{Plan, ReleaseId, Timestamp};

/// 2026-11-22T10:00:00Z.
pub(crate) const TEN: Timestamp = Timestamp(1_795_341_600_000);

pub(crate) fn id(text: &str) -> ReleaseId {
    ReleaseId::parse(text).unwrap()
}

pub(crate) fn share(text: &str) -> Share {
    Share::parse(text).unwrap()
}

pub(crate) fn document(text: &str) -> Document {
    Document::parse(text, &PrefixTemplate::default()).unwrap()
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

/// A plan and its clock, which begins at [`TEN`].
pub(crate) struct World {
    pub(crate) document: Document,
    pub(crate) context: Context,
}

impl World {
    pub(crate) fn new(text: &str) -> Self {
        Self { document: document(text), context: Context::new(TEN) }
    }

    pub(crate) fn wait(&mut self, seconds: u64) -> &mut Self {
        self.context.now = later(self.context.now, seconds);
        self
    }

    pub(crate) fn try_change(&mut self, change: &Change) -> Result<Changed, Refusal> {
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
