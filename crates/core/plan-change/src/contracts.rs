use plan_format::{StateName, Versions};
use routing_core::ReleaseId;
use serde::Serialize;

use crate::change::WayBack;
use crate::change_refusal::ChangeRefusal;
use crate::draft::Draft;
use crate::effect::Effect;
use crate::fields::Fields;
use crate::moment::Moment;
use crate::releases::serves;
use crate::rollout::{back, targets};
use crate::traffic::Served;

/// A field of the plan: the version of each state.
pub(crate) const STATE: &str = "state";
/// A field of a release: the versions of each state that it can run on.
pub(crate) const NEEDS: &str = "needs";

/// A need of a release that the state does not meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Misfit {
    /// The state: `orders-db`.
    pub name: String,
    /// The versions that the release can run on; `None` if the plan's text cannot be read.
    pub needs: Option<Versions>,
    /// The version in the plan; `None` if the plan has none.
    pub is: Option<u64>,
    /// The step that is missing before the release can run.
    pub missing: MissingStep,
}

/// The step that is missing before a release can get traffic: a part of expand, migrate and contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum MissingStep {
    /// The plan does not say the version.
    StateVersion,
    /// The release's need cannot be read.
    ReadableNeeds,
    /// The state is too old. At this version, this release and those with traffic can run.
    Expand { to: u64 },
    /// The state is too old, and no version suits both this release and one with traffic.
    ReleaseBetween { release: String, needs: Versions },
    /// The state is too new. At the older version, this release and those with traffic can run.
    UndoContract { back_to: u64 },
    /// The state is too new, and there is no way back that the releases with traffic would survive.
    NewerRelease,
}

/// The step that is missing before a state can have a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepBeforeState {
    /// Traffic must move to a release that can run on both versions. These can.
    Migrate { to: Vec<String> },
    /// The state must first have a version at which traffic can move to this release.
    Expand { to: u64, release: String },
    /// No release of the plan can run on the version.
    NewRelease,
}

/// A release that may get requests of viewers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exposed {
    /// It has traffic, or gets some from a later or paused stage.
    Traffic,
    /// It has lost its traffic, and an edge location that has not read that yet may give it to viewers until then.
    Until(Moment),
}

/// The needs of a release, in the order of the plan. `None` for one that cannot be read.
pub(crate) fn needs(release: &Fields) -> Vec<(String, Option<Versions>)> {
    if !release.has(NEEDS) {
        return Vec::new();
    }
    match release.get::<Fields>(NEEDS) {
        Some(needs) => needs.names().map(|name| (name.to_owned(), needs.get(name))).collect(),
        None => vec![(NEEDS.into(), None)],
    }
}

/// The version of each state, in the order of the plan. A value that is not a number counts as missing.
pub(crate) fn state(top: &Fields) -> Vec<(String, u64)> {
    let state: Fields = top.get(STATE).unwrap_or_default();
    state.names().filter_map(|name| Some((name.to_owned(), state.get(name)?))).collect()
}

fn version(state: &[(String, u64)], name: &str) -> Option<u64> {
    state.iter().find(|(known, _)| known == name).map(|(_, version)| *version)
}

/// Whether a release with these needs can run on the state.
fn fits(needs: &[(String, Option<Versions>)], state: &[(String, u64)]) -> bool {
    needs.iter().all(|(name, versions)| suits(*versions, version(state, name)))
}

fn suits(versions: Option<Versions>, is: Option<u64>) -> bool {
    versions.zip(is).is_some_and(|(versions, is)| versions.contains(is))
}

/// Whether the release can run on the plan's state.
pub(crate) fn runs(draft: &Draft<'_>, id: &ReleaseId) -> bool {
    fits(&draft.needs(id.as_str()), &state(&draft.body.top))
}

/// Refuses to give traffic to a release that cannot run on the plan's state.
pub(crate) fn check_runs(draft: &Draft<'_>, id: &ReleaseId) -> Result<(), ChangeRefusal> {
    let misfits = misfits(draft, id.as_str());
    if misfits.is_empty() {
        return Ok(());
    }
    Err(ChangeRefusal::CannotRun { id: id.to_string(), misfits })
}

/// Like [`check_runs`], for a rollback. It names the releases that a rollback can still reach.
pub(crate) fn check_way_back(draft: &Draft<'_>, id: &ReleaseId) -> Result<(), ChangeRefusal> {
    let misfits = misfits(draft, id.as_str());
    if misfits.is_empty() {
        return Ok(());
    }
    let mut reaches = reached(draft);
    reaches.retain(|release| release != id.as_str());
    Err(ChangeRefusal::CutOff { id: id.to_string(), misfits, reaches })
}

/// The needs of a release that the state does not meet.
pub(crate) fn misfits(draft: &Draft<'_>, id: &str) -> Vec<Misfit> {
    let state = state(&draft.body.top);
    let unmet = draft.needs(id).into_iter().filter_map(|(name, needs)| {
        let is = version(&state, &name);
        (!suits(needs, is)).then(|| {
            let missing = missing(draft, id, &name, needs, is);
            Misfit { name, needs, is, missing }
        })
    });
    unmet.collect()
}

fn missing(
    draft: &Draft<'_>,
    id: &str,
    name: &str,
    needs: Option<Versions>,
    is: Option<u64>,
) -> MissingStep {
    let Some(needs) = needs else { return MissingStep::ReadableNeeds };
    let Some(is) = is else { return MissingStep::StateVersion };
    match (common(draft, id, name, needs), is < needs.first()) {
        (Ok(common), true) => MissingStep::Expand { to: common.first() },
        (Err((release, needs)), true) => MissingStep::ReleaseBetween { release, needs },
        (Ok(common), false) => {
            MissingStep::UndoContract { back_to: common.last().unwrap_or(common.first()) }
        }
        (Err(_), false) => MissingStep::NewerRelease,
    }
}

/// The versions of a state that suit `needs` and every release with traffic, or the first such release that they
/// do not suit.
fn common(
    draft: &Draft<'_>,
    id: &str,
    name: &str,
    needs: Versions,
) -> Result<Versions, (String, Versions)> {
    let others = exposed(draft).into_iter().filter(|(other, _)| *other != id);
    let mut all = needs;
    for (other, _) in others {
        if let Some(own) = need_of(draft, &other, name) {
            all = all.and(own).ok_or((other, own))?;
        }
    }
    Ok(all)
}

fn need_of(draft: &Draft<'_>, id: &str, name: &str) -> Option<Versions> {
    draft.needs(id).into_iter().find(|(known, _)| known == name)?.1
}

/// The releases that may get requests of viewers, oldest first.
fn exposed(draft: &Draft<'_>) -> Vec<(String, Exposed)> {
    let releases = draft.traffic.plan.releases().iter().enumerate();
    let exposed = releases.filter_map(|(index, release)| {
        Some((release.id.to_string(), exposure(draft, index, &release.id)?))
    });
    exposed.collect()
}

fn exposure(draft: &Draft<'_>, index: usize, id: &ReleaseId) -> Option<Exposed> {
    let is_served = !draft.traffic.plan.is_withdrawn(id.as_str());
    if is_served && serves(draft, index, id) {
        return Some(Exposed::Traffic);
    }
    unread_until(draft, index).map(Exposed::Until)
}

/// The time until which an edge location may not have read that the release has lost its traffic.
pub(crate) fn unread_until(draft: &Draft<'_>, index: usize) -> Option<Moment> {
    match draft.body.served(&draft.traffic, index) {
        Served::Until(until) => {
            let read = until.plus(draft.context.hard_ttl.saturating_add(draft.context.margin));
            (read > draft.traffic.now).then(|| draft.moment(read))
        }
        Served::Still | Served::Never => None,
    }
}

/// Says that a state has this version.
pub(crate) fn set(
    draft: &mut Draft<'_>,
    name: &StateName,
    to: u64,
    way_back: WayBack,
) -> Result<Vec<Effect>, ChangeRefusal> {
    let before = version(&state(&draft.body.top), name.as_str());
    if before == Some(to) {
        return Err(ChangeRefusal::Already(format!("`{name}` is {to}")));
    }
    let mut effects = vec![Effect::SetsState { name: name.to_string(), version: to, before }];
    effects.extend(replace(draft, name, Some(to), way_back)?);
    Ok(effects)
}

/// Removes a state from the plan.
pub(crate) fn unset(
    draft: &mut Draft<'_>,
    name: &StateName,
    way_back: WayBack,
) -> Result<Vec<Effect>, ChangeRefusal> {
    let known: Fields = draft.body.top.get(STATE).unwrap_or_default();
    if !known.has(name.as_str()) {
        return Err(ChangeRefusal::Already(format!("the plan has no state `{name}`")));
    }
    let mut effects = vec![Effect::UnsetsState { name: name.to_string() }];
    effects.extend(replace(draft, name, None, way_back)?);
    Ok(effects)
}

/// Changes a version, unless a release that viewers may get cannot run on it.
fn replace(
    draft: &mut Draft<'_>,
    name: &StateName,
    to: Option<u64>,
    way_back: WayBack,
) -> Result<Vec<Effect>, ChangeRefusal> {
    let before = state(&draft.body.top);
    let reached = reached(draft);
    write_version(draft, name, to);
    let after = state(&draft.body.top);
    let is_cut = |needs: &[(String, Option<Versions>)]| {
        needs.iter().any(|(known, versions)| known == name.as_str() && !suits(*versions, to))
    };
    let cut = exposed(draft).into_iter().find(|(id, _)| is_cut(&draft.needs(id)));
    if let Some((id, exposed)) = cut {
        return Err(refusal(draft, name, to, id, exposed, &before));
    }
    let (mut runs, mut lost) = (Vec::new(), Vec::new());
    for (id, fields) in &draft.body.releases {
        let needs = needs(fields);
        match (fits(&needs, &before), fits(&needs, &after)) {
            (false, true) => runs.push(id.clone()),
            (true, false) if !draft.traffic.plan.is_withdrawn(id) => lost.push(id.clone()),
            (true, _) | (false, false) => {}
        }
    }
    let mut effects = Vec::new();
    if !runs.is_empty() {
        effects.push(Effect::RunOnState { releases: runs });
    }
    if let Some(next) = back(draft).filter(|next| lost.contains(&next.to_string())) {
        let release = next.to_string();
        match way_back {
            WayBack::Keep => {
                return Err(ChangeRefusal::CutsWayBack { name: name.to_string(), to, release });
            }
            WayBack::GiveUp => effects.push(Effect::CutsWayBack { release }),
        }
    }
    let out_of_reach: Vec<String> =
        reached.into_iter().filter(|release| lost.contains(release)).collect();
    if !out_of_reach.is_empty() {
        effects.push(Effect::EndsRollbacks { releases: out_of_reach });
    }
    if !lost.is_empty() {
        effects.push(Effect::RunNoMore { releases: lost });
    }
    Ok(effects)
}

/// The releases that a rollback can reach.
pub(crate) fn reached(draft: &Draft<'_>) -> Vec<String> {
    targets(draft, draft.traffic.active())
}

fn write_version(draft: &mut Draft<'_>, name: &StateName, to: Option<u64>) {
    let mut state: Fields = draft.body.top.get(STATE).unwrap_or_default();
    match to {
        Some(version) => state.set(name.as_str(), &version),
        None => state.remove(name.as_str()),
    }
    if state.names().next().is_some() {
        draft.body.top.set(STATE, &state);
    } else {
        draft.body.top.remove(STATE);
    }
}

fn refusal(
    draft: &Draft<'_>,
    name: &StateName,
    to: Option<u64>,
    id: String,
    exposed: Exposed,
    before: &[(String, u64)],
) -> ChangeRefusal {
    let needs = need_of(draft, &id, name.as_str());
    let name = name.to_string();
    match exposed {
        Exposed::Traffic => {
            let missing = step_before(draft, &name, before);
            ChangeRefusal::CutsTraffic { name, to, id, needs, missing }
        }
        Exposed::Until(until) => ChangeRefusal::CutsUnread { name, to, id, needs, until },
    }
}

/// The step that moves the traffic to a release that can run on the new state, which the draft has.
fn step_before(draft: &Draft<'_>, name: &str, before: &[(String, u64)]) -> StepBeforeState {
    let after = state(&draft.body.top);
    let plan = draft.traffic.plan;
    let releases = draft.body.releases.iter().filter(|(id, _)| !plan.is_withdrawn(id));
    let able: Vec<&(String, Fields)> =
        releases.filter(|(_, fields)| fits(&needs(fields), &after)).collect();
    let now = able.iter().filter(|(_, fields)| fits(&needs(fields), before));
    let to: Vec<String> = now.map(|(id, _)| id.clone()).collect();
    if !to.is_empty() {
        return StepBeforeState::Migrate { to };
    }
    let expand = able.iter().find_map(|(id, _)| {
        let common = common(draft, id, name, need_of(draft, id, name)?).ok()?;
        Some(StepBeforeState::Expand { to: common.first(), release: id.clone() })
    });
    expand.unwrap_or(StepBeforeState::NewRelease)
}

/// The needs of a release, for the plan.
pub(crate) fn written(needs: &[(StateName, Versions)]) -> Fields {
    let mut fields = Fields::default();
    needs.iter().for_each(|(name, versions)| fields.set(name.as_str(), versions));
    fields
}

/// Replaces the needs of a registered release.
pub(crate) fn declare(
    draft: &mut Draft<'_>,
    id: &ReleaseId,
    needs: &[(StateName, Versions)],
) -> Result<Vec<Effect>, ChangeRefusal> {
    if let Some(fields) = draft.fields_mut(id) {
        if needs.is_empty() {
            fields.remove(NEEDS);
        } else {
            fields.set(NEEDS, &written(needs));
        }
    }
    let index = draft.traffic.plan.releases().iter().position(|release| release.id == *id);
    if index.and_then(|index| exposure(draft, index, id)).is_some() {
        check_runs(draft, id)?;
    }
    let release = id.to_string();
    let misfits = misfits(draft, id.as_str());
    let mut effects = vec![Effect::SetsNeeds { release: release.clone() }];
    effects.extend((!misfits.is_empty()).then_some(Effect::CannotRunYet { release, misfits }));
    Ok(effects)
}
