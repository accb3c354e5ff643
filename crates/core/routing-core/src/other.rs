use edge_time::Timestamp;

use crate::{plan::Plan, release::Release, stage::Stage};

/// The release that the second origin of an origin group serves for a request of release `id`.
///
/// Of a release that is not the active one, it is the active one. Of the active one, it is the newest
/// other that may be served: the one that most recently had a place in a stage, weight 0 too, from the
/// current stage back; if none had, the last of [`Plan::releases`]. Within a stage the release that
/// comes last in [`Plan::releases`] is the newest. `None` if the plan serves the active one only.
#[must_use]
pub fn other_release<'p>(plan: &'p Plan, id: &str, now: Timestamp) -> Option<&'p Release> {
    let (current, stage) = plan.stage_at(now);
    let active = plan.release_at(stage.active());
    if active.id.as_str() != id {
        return Some(active);
    }
    let others = || {
        plan.releases().iter().enumerate().rev().filter(|(_, release)| {
            release.id != active.id && !plan.is_withdrawn(release.id.as_str())
        })
    };
    let newest_in = |stage: &Stage| others().find(|(index, _)| stage.has_place(*index));
    let mut back = plan.stages().iter().take(current + 1).rev();
    let newest = back.find_map(newest_in).or_else(|| others().next());
    newest.map(|(_, release)| release)
}
