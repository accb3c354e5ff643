use plan_change::{Context, Document, ReleaseShare, Summary, Upcoming};
use serde::Serialize;

use crate::version::Version;

/// The `source` of the guard's events.
pub const SOURCE: &str = "edgeswitch";
/// The `detail-type` of an event about a change.
pub const DETAIL_TYPE: &str = "Release Change";

/// A change of the plan for the bus: the `detail` of an event.
///
/// The same change can be announced twice. `parameter` and `version` tell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Announcement {
    pub schema: u8,
    pub parameter: String,
    pub region: String,
    pub version: u64,
    /// The time of the write, in RFC 3339.
    pub at: String,
    /// The change: `canary 9f2c1e7 10 %`.
    pub what: String,
    pub who: String,
    pub why: Option<String>,
    /// The traffic before; `None` if the history does not show it.
    pub before: Option<Traffic>,
    pub after: Traffic,
}

/// Who gets what at the time of a write, and later without another write.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Traffic {
    pub revision: u64,
    pub rollout: String,
    /// The releases that new viewers get, the active one first.
    pub traffic: Vec<ReleaseShare>,
    /// The stages that will begin.
    pub upcoming: Vec<Upcoming>,
}

/// The changes after version `announced`, oldest first. Renewals of a lease are not announced.
#[must_use]
pub fn announcements(
    history: &[Version],
    announced: u64,
    parameter: &str,
    region: &str,
    context: &Context,
) -> Vec<Announcement> {
    let plans = history.iter().filter_map(|version| Some((version, version.document.as_ref()?)));
    let mut plans: Vec<(&Version, &Document)> = plans.collect();
    // Two guards at once write the same text twice.
    plans.dedup_by(|(_, later), (_, former)| later.text() == former.text());
    let plans: Vec<(&Version, Summary)> = plans
        .into_iter()
        .map(|(version, document)| (version, summary(document, version, context)))
        .collect();
    let mut announced_now = Vec::new();
    for (index, (version, after)) in plans.iter().enumerate() {
        let former = index.checked_sub(1).and_then(|index| plans.get(index));
        let before = former.map(|(_, summary)| summary);
        if version.number <= announced || before.is_some_and(|before| is_renewal(before, after)) {
            continue;
        }
        let note = after.last_change.as_ref();
        let note = note.filter(|note| before.is_none_or(|before| !is_noted(before, note)));
        let author = version.user.as_deref().map(last_part);
        announced_now.push(Announcement {
            schema: 1,
            parameter: parameter.into(),
            region: region.into(),
            version: version.number,
            at: version.modified.to_string(),
            what: note.map_or_else(|| "written by hand".into(), |note| note.what.clone()),
            who: note.and_then(|note| note.by.as_deref()).or(author).unwrap_or("somebody").into(),
            why: note.and_then(|note| note.why.clone()),
            before: before.map(Traffic::of),
            after: Traffic::of(after),
        });
    }
    announced_now
}

/// The summary at the time of the write.
fn summary(document: &Document, version: &Version, context: &Context) -> Summary {
    Summary::of(document, &Context { now: version.modified, ..context.clone() })
}

/// Whether the last change of `before` is the same: its writer has noted none.
fn is_noted(before: &Summary, note: &plan_change::LastChange) -> bool {
    before.last_change.as_ref().is_some_and(|former| {
        former.at.at == note.at.at && former.what == note.what && former.by == note.by
    })
}

/// Whether only the end of a lease differs.
fn is_renewal(before: &Summary, after: &Summary) -> bool {
    let same_note = match (&before.last_change, &after.last_change) {
        (None, None) => true,
        (Some(_), Some(note)) => is_noted(before, note),
        (Some(_), None) | (None, Some(_)) => false,
    };
    let froms = |summary: &Summary| summary.upcoming.iter().map(|one| one.from.at).max();
    same_note
        && before.lease.is_some()
        && after.lease.is_some()
        && before.rollout == after.rollout
        && before.stages == after.stages
        && before.paused_steps == after.paused_steps
        && (froms(after).is_none() || froms(before) == froms(after))
}

impl Traffic {
    fn of(summary: &Summary) -> Self {
        Self {
            revision: summary.revision,
            rollout: summary.rollout.clone(),
            traffic: summary.traffic.clone(),
            upcoming: summary.upcoming.clone(),
        }
    }
}

/// The last part of an ARN: `alice` of `arn:aws:iam::123456789012:user/alice`.
fn last_part(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}
