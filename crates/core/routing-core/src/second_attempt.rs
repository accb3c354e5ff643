use std::time::Duration;

use edge_time::Timestamp;

use crate::{plan::Plan, release::Release, stage::Stage};

/// The release in which an origin group's second member looks for a file that release `id` does not
/// have, such as a chunk of a page that is still open.
///
/// Only releases that viewers may have been given count: those with weight in a stage that has begun,
/// and those that have lost their traffic, until their last cookie has ended ([`Release::served_until`]
/// and `cookies_live`). The active release comes first, then the releases of the stages, then the one
/// that lost its traffic last. `None` if there is no other release. A release that never had traffic
/// does not count.
#[must_use]
pub fn second_attempt<'p>(
    plan: &'p Plan,
    id: &str,
    cookies_live: Duration,
    now: Timestamp,
) -> Option<&'p Release> {
    let is_other =
        |release: &&Release| release.id.as_str() != id && !plan.is_withdrawn(release.id.as_str());
    let (_, stage) = plan.stage_at(now);
    let active = Some(plan.release_at(stage.active())).filter(is_other);
    active.or_else(|| in_begun_stages(plan, now).find(is_other)).or_else(|| {
        let others = plan.releases().iter().filter(is_other);
        let held = others.filter(|release| release.is_held(cookies_live, now));
        held.max_by_key(|release| release.served_until)
    })
}

/// The releases with weight in the stages that have begun, the latest stage first. Within a stage, the
/// release that was registered last comes first.
fn in_begun_stages(plan: &Plan, now: Timestamp) -> impl Iterator<Item = &Release> {
    let lease_ended = plan.lease().map(|lease| lease.until).filter(|until| *until <= now);
    let has_begun = move |stage: &&Stage| {
        stage.from() <= now && lease_ended.is_none_or(|end| stage.from() < end)
    };
    plan.stages().iter().rev().filter(has_begun).flat_map(|stage| {
        let releases = plan.releases().iter().enumerate().rev();
        releases.filter(|(index, _)| stage.weight_of(*index) > 0).map(|(_, release)| release)
    })
}
