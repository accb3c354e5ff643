use std::time::Duration;

use edge_time::Timestamp;
use routing_core::Plan;

use crate::version::Version;

/// The last time at which the active release changed: documents that were cached before belong to another release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// The version of the parameter that changed it.
    pub version: u64,
    /// Its place among the switches of that version, from 1.
    pub number: usize,
    /// The time from which on no edge location caches documents of the release before.
    pub complete: Timestamp,
}

impl Switch {
    /// The reference of the invalidation. Everybody who makes one for this switch uses it, so CloudFront makes only
    /// one.
    #[must_use]
    pub fn reference(&self, parameter: &str) -> String {
        let Self { version, number, .. } = self;
        match number {
            0 | 1 => format!("edgeswitch-{parameter}-{version}"),
            _ => format!("edgeswitch-{parameter}-{version}.{number}"),
        }
    }
}

/// The last switch up to `now` that `history` shows, oldest version first; `None` if it shows none.
///
/// A stage that begins after its version was written switches every edge location in its second. Any other one is in
/// force when every edge location has read the version, after the hard TTL.
#[must_use]
pub fn last_switch(history: &[Version], now: Timestamp, hard_ttl: Duration) -> Option<Switch> {
    let plans: Vec<(&Version, &Plan)> = history
        .iter()
        .filter_map(|version| Some((version, version.document.as_ref()?.plan())))
        .filter(|(version, _)| version.modified <= now)
        .collect();
    let mut end = now;
    for (index, (version, plan)) in plans.iter().enumerate().rev() {
        let former = index.checked_sub(1).and_then(|index| plans.get(index));
        let switches = switches(version, plan, former.map(|(_, plan)| *plan));
        let in_force = switches.iter().take_while(|at| **at <= end).count();
        if let Some(at) = in_force.checked_sub(1).and_then(|last| switches.get(last)) {
            let complete = (*at).max(version.modified.plus(hard_ttl));
            return Some(Switch { version: version.number, number: in_force, complete });
        }
        end = just_before(version.modified);
    }
    None
}

/// The times at which a version changes the active release, the first one first. Without a former version, only its
/// later stages change it.
fn switches(version: &Version, plan: &Plan, former: Option<&Plan>) -> Vec<Timestamp> {
    let written = version.modified;
    let was = |former: &Plan| active(former, just_before(written)).map(ToOwned::to_owned);
    let at_once = former.is_some_and(|former| was(former).as_deref() != active(plan, written));
    let begins = plan.stages().iter().map(routing_core::Stage::from);
    let moments = begins.chain(plan.lease().map(|lease| lease.until));
    let is_switch = |at: &Timestamp| active(plan, *at) != active(plan, just_before(*at));
    let mut later: Vec<Timestamp> = moments.filter(|at| *at > written).filter(is_switch).collect();
    later.sort_unstable();
    later.dedup();
    at_once.then_some(written).into_iter().chain(later).collect()
}

fn just_before(at: Timestamp) -> Timestamp {
    Timestamp(at.0 - 1)
}

fn active(plan: &Plan, at: Timestamp) -> Option<&str> {
    let (_, stage) = plan.stage_at(at);
    plan.releases().get(stage.active()).map(|release| release.id.as_str())
}
