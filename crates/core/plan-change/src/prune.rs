use std::cmp::Reverse;

use crate::change_refusal::ChangeRefusal;
use crate::draft::Draft;
use crate::effect::Effect;
use crate::traffic::Served;

/// Removes the drained releases, except the `keep` newest.
pub(crate) fn prune(draft: &mut Draft<'_>, keep: usize) -> Result<Vec<Effect>, ChangeRefusal> {
    let releases = remove_drained(draft, keep);
    if releases.is_empty() {
        let problem = format!("the plan has no more than {keep} drained releases that can go");
        return Err(ChangeRefusal::Already(problem));
    }
    Ok(vec![Effect::Prunes { releases }])
}

/// Removes the drained releases, except the `keep` that lost their traffic last. Returns their ids.
///
/// A release that a stage names stays: a rollback may go to it. A withdrawn release stays marked as one.
pub(crate) fn remove_drained(draft: &mut Draft<'_>, keep: usize) -> Vec<String> {
    let is_named = draft.body.naming();
    let mut drained = Vec::new();
    for (index, release) in draft.traffic.plan.releases().iter().enumerate() {
        let id = release.id.as_str();
        match draft.body.served(&draft.traffic, index) {
            Served::Until(until)
                if draft.context.drained(until) <= draft.traffic.now && !is_named(id) =>
            {
                drained.push((until, id.to_owned()));
            }
            Served::Until(_) | Served::Still | Served::Never => {}
        }
    }
    drained.sort_by_key(|(until, _)| Reverse(*until));
    let mut pruned: Vec<String> = drained.into_iter().skip(keep).map(|(_, id)| id).collect();
    pruned.reverse();
    draft.body.releases.retain(|(id, _)| !pruned.contains(id));
    pruned
}
