use plan_format::{StateName, Versions};
use routing_core::ReleaseId;

use crate::apply::servable;
use crate::change::NewRelease;
use crate::change_refusal::ChangeRefusal;
use crate::contracts::{NEEDS, declare, misfits, needs as needs_of, unread_until, written};
use crate::draft::{Draft, names};
use crate::effect::Effect;
use crate::fields::Fields;
use crate::prune::remove_drained;
use crate::rollout::{everything, targets, way_back};
use crate::slots::serving_in;
use crate::traffic::Served;

/// A field of the plan: the releases that are never served.
const WITHDRAWN: &str = "withdrawn";

/// Registers a release as the newest one.
pub(crate) fn add(draft: &mut Draft<'_>, new: &NewRelease) -> Result<Vec<Effect>, ChangeRefusal> {
    let NewRelease { id, prefix, origins, slot, needs_idle_slot, keep, needs } = new;
    let plan = draft.traffic.plan;
    if plan.is_withdrawn(id.as_str()) {
        return Err(ChangeRefusal::Withdrawn(id.to_string()));
    }
    let prefix = prefix.clone().unwrap_or_else(|| draft.context.prefix(id));
    if let Some((_, known)) = plan.servable(id.as_str()) {
        let same = known.prefix == prefix && known.origins == *origins && known.slot == *slot;
        let already = || ChangeRefusal::Already(format!("`{id}` is registered"));
        return match needs {
            _ if !same => Err(ChangeRefusal::Registered(id.to_string())),
            Some(needs) if !has_needs(draft, id, needs) => declare(draft, id, needs),
            Some(_) | None => Err(already()),
        };
    }
    let mut effects = vec![Effect::Registers { release: id.to_string() }];
    if let Some(slot) = slot
        && let Some(release) = serving_in(draft, slot)
    {
        let (slot, release) = (slot.clone(), release.to_string());
        if *needs_idle_slot {
            return Err(ChangeRefusal::SlotServes { slot, release });
        }
        effects.push(Effect::SharesSlot { slot, release });
    }
    let releases = keep.map(|keep| remove_drained(draft, keep)).unwrap_or_default();
    if !releases.is_empty() {
        effects.push(Effect::Prunes { releases });
    }
    draft.body.releases.push((id.to_string(), fields(draft, new, &prefix)));
    let misfits = misfits(draft, id.as_str());
    if !misfits.is_empty() {
        effects.push(Effect::CannotRunYet { release: id.to_string(), misfits });
    }
    Ok(effects)
}

/// Whether a registered release has exactly these needs. The order does not count.
fn has_needs(draft: &Draft<'_>, id: &ReleaseId, needs: &[(StateName, Versions)]) -> bool {
    let known = draft.needs(id.as_str());
    let has = |(name, versions): &(StateName, Versions)| {
        known.iter().any(|(other, own)| other == name.as_str() && *own == Some(*versions))
    };
    known.len() == needs.len() && needs.iter().all(has)
}

/// The fields of a new release, without those that the package knows.
fn fields(draft: &Draft<'_>, new: &NewRelease, prefix: &str) -> Fields {
    let NewRelease { id, prefix: _, origins, slot, needs_idle_slot: _, keep: _, needs } = new;
    let defaults = draft.context.release_defaults.as_ref();
    let is_of_slot = defaults.is_some_and(|known| known.has_origins(slot.as_deref(), origins));
    let mut release = Fields::default();
    if defaults.is_none_or(|known| known.prefix(id) != prefix) {
        release.set("prefix", &prefix);
    }
    // A slot without `origins` means the slot's, so that none at all are written out as well.
    if !is_of_slot && (slot.is_some() || !origins.is_empty()) {
        let mut domains = Fields::default();
        origins.iter().for_each(|(key, domain)| domains.set(key, domain));
        release.set("origins", &domains);
    }
    if let Some(slot) = slot {
        release.set("slot", slot);
    }
    if let Some(needs) = needs.as_ref().filter(|needs| !needs.is_empty()) {
        release.set(NEEDS, &written(needs));
    }
    release
}

/// Withdraws a release without traffic, so that it is never served again.
pub(crate) fn withdraw(
    draft: &mut Draft<'_>,
    id: &ReleaseId,
) -> Result<Vec<Effect>, ChangeRefusal> {
    if draft.traffic.plan.is_withdrawn(id.as_str()) {
        return Err(ChangeRefusal::Already(format!("`{id}` is withdrawn")));
    }
    let index = servable(draft, id)?;
    if serves(draft, index, id) {
        return Err(serving(draft, id));
    }
    let mut withdrawn: Vec<String> = draft.body.top.get(WITHDRAWN).unwrap_or_default();
    withdrawn.push(id.to_string());
    draft.body.top.set(WITHDRAWN, &withdrawn);
    Ok(vec![Effect::Withdraws { release: id.to_string() }])
}

/// Removes a release that no viewer can have any more.
pub(crate) fn remove(draft: &mut Draft<'_>, id: &ReleaseId) -> Result<Vec<Effect>, ChangeRefusal> {
    let plan = draft.traffic.plan;
    let is_withdrawn = plan.is_withdrawn(id.as_str());
    if let Some(index) = plan.releases().iter().position(|release| release.id == *id) {
        if serves(draft, index, id) {
            return Err(serving(draft, id));
        }
        if !is_withdrawn {
            check_drained(draft, index, id)?;
        }
        check_read(draft, index, id)?;
        forget(draft, id)?;
    } else if !is_withdrawn {
        servable(draft, id)?;
    }
    let mut withdrawn: Vec<String> = draft.body.top.get(WITHDRAWN).unwrap_or_default();
    withdrawn.retain(|other| other != id.as_str());
    if is_withdrawn {
        draft.body.top.set(WITHDRAWN, &withdrawn);
    }
    draft.body.releases.retain(|(other, _)| other != id.as_str());
    Ok(vec![Effect::Removes { release: id.to_string() }])
}

/// The refusal for a release with traffic. It names another release to roll back to, because a rollback without
/// a name might go to this one.
fn serving(draft: &Draft<'_>, id: &ReleaseId) -> ChangeRefusal {
    let to = way_back(draft, id).map(ToString::to_string);
    let known = targets(draft, id);
    ChangeRefusal::Serving { id: id.to_string(), to, known }
}

/// Whether the release has traffic, or gets some from a later or paused stage.
pub(crate) fn serves(draft: &Draft<'_>, index: usize, id: &ReleaseId) -> bool {
    let paused =
        draft.is_paused() && draft.body.paused().iter().any(|stage| names(stage, id.as_str()));
    paused || draft.traffic.gives_weight(index)
}

fn check_drained(draft: &Draft<'_>, index: usize, id: &ReleaseId) -> Result<(), ChangeRefusal> {
    match draft.body.served(&draft.traffic, index) {
        Served::Until(until) if draft.context.drained(until) > draft.traffic.now => {
            let until = draft.moment(draft.context.drained(until));
            Err(ChangeRefusal::Draining { id: id.to_string(), until })
        }
        Served::Until(_) | Served::Still | Served::Never => Ok(()),
    }
}

/// Keeps the needs of a release in the plan until every edge location has read that it has no traffic.
fn check_read(draft: &Draft<'_>, index: usize, id: &ReleaseId) -> Result<(), ChangeRefusal> {
    let has_needs =
        draft.body.releases.get(index).is_some_and(|(_, own)| !needs_of(own).is_empty());
    match unread_until(draft, index).filter(|_| has_needs) {
        Some(until) => Err(ChangeRefusal::Unread { id: id.to_string(), until }),
        None => Ok(()),
    }
}

/// Removes the release from the stages. That needs a new rollout, which can only begin while one release has all
/// traffic.
fn forget(draft: &mut Draft<'_>, id: &ReleaseId) -> Result<(), ChangeRefusal> {
    if !draft.body.stages.iter().any(|stage| names(stage, id.as_str())) {
        return Ok(());
    }
    let is_idle = draft.traffic.upcoming().is_empty() && draft.traffic.lease().is_none();
    if !is_idle || !draft.traffic.is_settled() || draft.is_paused() {
        return Err(ChangeRefusal::Named(id.to_string()));
    }
    draft.settle();
    let last = draft.body.stages.len() - 1;
    let mut stages = 0..=last;
    draft.body.stages.retain(|stage| stages.next() == Some(last) || !names(stage, id.as_str()));
    let active = draft.traffic.active();
    let places = draft.traffic.places().filter(|place| *place != active && *place != id);
    let places: Vec<&ReleaseId> = places.collect();
    draft.reweigh_last(&everything(active, &places));
    Ok(())
}
