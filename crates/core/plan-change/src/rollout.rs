use routing_core::{DecideAt, ReleaseId};

use crate::apply::{idle, servable};
use crate::change::When;
use crate::change_refusal::{ChangeRefusal, InProgress};
use crate::contracts::{self, check_runs, check_way_back, runs};
use crate::draft::Draft;
use crate::effect::{Begins, Effect};
use crate::ramp::ramped;
use crate::releases::serves;
use crate::share::Share;
use crate::traffic::{Served, Traffic};

/// Gives `id` all traffic.
pub(crate) fn promote(
    draft: &mut Draft<'_>,
    id: &ReleaseId,
    at: When,
) -> Result<Vec<Effect>, ChangeRefusal> {
    servable(draft, id)?;
    let is_scheduled = !draft.traffic.upcoming().is_empty() || draft.is_paused();
    match ramped(draft) {
        Some(ramped) if ramped == id && is_scheduled => {
            return Err(ChangeRefusal::OnItsWay(id.to_string()));
        }
        // The ramp has taken its last step. Only its lease is left, and the promote ends it.
        Some(ramped) if ramped == id => {}
        Some(_) | None => idle(draft)?,
    }
    let traffic = draft.traffic;
    let ends_lease = traffic.lease().map(|_| Effect::EndsLease);
    if traffic.is_settled() && traffic.active() == id {
        if ends_lease.is_some() {
            draft.end_lease();
            return Ok(ends_lease.into_iter().collect());
        }
        return Err(ChangeRefusal::Already(format!("`{id}` has all traffic")));
    }
    let scheduled = scheduled(draft, at)?;
    check_runs(draft, id)?;
    draft.settle();
    let from = scheduled.unwrap_or_else(|| draft.present());
    let losing: Vec<&ReleaseId> =
        traffic.carrying().map(|(other, _)| other).filter(|other| *other != id).collect();
    draft.append(from, &everything(id, &losing));
    let begins = match scheduled {
        Some(at) => Begins::At(draft.moment(at)),
        None => draft.at_once(),
    };
    let mut effects = vec![Effect::GivesEverybody { release: id.to_string(), begins }];
    effects.extend(ends_lease);
    effects
        .extend(losing.iter().map(|other| Effect::KeepsOpenPages { release: other.to_string() }));
    // If the active release is promoted to end a canary, a rollback cannot go back to it.
    let before = Some(traffic.active()).filter(|active| *active != id);
    effects.extend(before.map(|active| Effect::RollsBackTo { release: active.to_string() }));
    effects.extend(invalidation(draft, scheduled.is_some().then_some(from)));
    Ok(effects)
}

/// The time at which the stage of a promote begins; `None` for immediately.
fn scheduled(draft: &Draft<'_>, at: When) -> Result<Option<edge_time::Timestamp>, ChangeRefusal> {
    let earliest = draft.context.next_flip();
    match at {
        When::Now => Ok(None),
        When::NextFlip => Ok(Some(earliest)),
        When::At(at) if at < earliest => {
            Err(ChangeRefusal::TooSoon { at: draft.moment(at), earliest: draft.moment(earliest) })
        }
        When::At(at) => Ok(Some(at)),
    }
}

/// Gives `id` a share of the viewers.
pub(crate) fn canary(
    draft: &mut Draft<'_>,
    id: &ReleaseId,
    share: Share,
) -> Result<Vec<Effect>, ChangeRefusal> {
    let active = candidate(draft, id)?;
    if share == Share::ALL {
        return Err(ChangeRefusal::Everybody(id.to_string()));
    }
    let had = draft.traffic.percent(id);
    if had == share.percent() {
        return Err(ChangeRefusal::Already(format!("`{id}` has {share} of the viewers")));
    }
    check_runs(draft, id)?;
    let (rest, part) = share.weights();
    let from = draft.context.next_flip();
    draft.settle();
    draft.append(from, &[(active.as_str(), rest), (id.as_str(), part)]);
    let begins = Begins::At(draft.moment(from));
    let mut effects = vec![Effect::GivesShare { release: id.to_string(), share, begins }];
    effects.extend(moves(active, id, had, share.percent()));
    Ok(effects)
}

/// Refuses a release that cannot be the candidate now. Returns the active release.
pub(crate) fn candidate<'d>(
    draft: &Draft<'d>,
    id: &ReleaseId,
) -> Result<&'d ReleaseId, ChangeRefusal> {
    match draft.context.decide_at {
        DecideAt::OriginRequest => return Err(ChangeRefusal::NoShares),
        DecideAt::ViewerRequest => {}
    }
    servable(draft, id)?;
    idle(draft)?;
    let active = draft.traffic.active();
    if active == id {
        return Err(ChangeRefusal::Active(id.to_string()));
    }
    match draft.traffic.candidates().find(|(other, _)| *other != id) {
        Some((other, _)) => Err(ChangeRefusal::OtherCandidate(other.to_string())),
        None => Ok(active),
    }
}

/// The viewers that move when the share of the candidate changes from `had` to `gets` percent.
pub(crate) fn moves(active: &ReleaseId, id: &ReleaseId, had: f64, gets: f64) -> Vec<Effect> {
    let (active, id) = (active.to_string(), id.to_string());
    if gets > had {
        let percent = 100.0 * (gets - had) / (100.0 - had);
        vec![
            Effect::MovesViewers { from: active, to: id.clone(), percent },
            Effect::KeepsViewers { release: id },
        ]
    } else {
        let percent = 100.0 * (had - gets) / had;
        vec![
            Effect::MovesViewers { from: id, to: active.clone(), percent },
            Effect::KeepsViewers { release: active },
        ]
    }
}

/// Gives the previous release all traffic immediately, even if a change is in progress.
///
/// It begins a new rollout. An edge location that reads this plan late may already have begun a scheduled
/// stage, and the cookies of that stage must not count for another one. Without `to`, it undoes the change in
/// progress, if there is one. The next rollback then goes to the previous active release.
pub(crate) fn rollback(
    draft: &mut Draft<'_>,
    to: Option<&ReleaseId>,
) -> Result<Vec<Effect>, ChangeRefusal> {
    let traffic = draft.traffic;
    let target = target(draft, to)?;
    let had = had_everybody(draft, target);
    if traffic.active() == target && !is_under_way(draft) {
        return Err(ChangeRefusal::Already(format!("`{target}` has all traffic")));
    }
    // A release with viewers gets more of them: refusing that would keep the viewers of the bad release with it.
    let misfits = if has_viewers(draft, target) {
        contracts::misfits(draft, target.as_str())
    } else {
        check_way_back(draft, target)?;
        Vec::new()
    };
    let losing: Vec<&ReleaseId> =
        traffic.carrying().map(|(other, _)| other).filter(|other| *other != target).collect();
    replace_stages(draft, target, &losing);
    for other in &losing {
        draft.note_end(other, traffic.now);
    }
    let begins = draft.at_once();
    let mut effects = vec![Effect::GivesEverybody { release: target.to_string(), begins }];
    effects.extend(had);
    if !misfits.is_empty() {
        effects.push(Effect::OutsideItsRanges { release: target.to_string(), misfits });
    }
    let upcoming = traffic.upcoming().iter();
    effects.extend(upcoming.map(|stage| Effect::CancelsStage { at: draft.moment(stage.from()) }));
    effects
        .extend(losing.iter().map(|other| Effect::KeepsOpenPages { release: other.to_string() }));
    effects
        .extend(losing.iter().map(|other| Effect::StaysRegistered { release: other.to_string() }));
    match draft.context.decide_at {
        DecideAt::ViewerRequest => effects.push(Effect::KeepsCache { release: target.to_string() }),
        DecideAt::OriginRequest => effects.extend(invalidation(draft, None)),
    }
    Ok(effects)
}

fn target<'d>(draft: &Draft<'d>, to: Option<&ReleaseId>) -> Result<&'d ReleaseId, ChangeRefusal> {
    match to {
        Some(id) => named_target(draft, id),
        None => back(draft).ok_or_else(|| ChangeRefusal::NoPrevious {
            known: targets(draft, draft.traffic.active()),
        }),
    }
}

/// The release that a rollback names. It must have had all traffic before.
///
/// The name of a candidate may mean that its share is taken back, or that it gets everybody. A rollback that
/// guesses wrong gives a release on trial all viewers. So it is refused, even if it had all traffic once.
fn named_target<'d>(draft: &Draft<'d>, id: &ReleaseId) -> Result<&'d ReleaseId, ChangeRefusal> {
    let traffic = &draft.traffic;
    let index = servable(draft, id)?;
    let release = &traffic.plan.releases().get(index).expect("servable gave an index").id;
    if traffic.active() == release || back(draft) == Some(release) {
        return Ok(release);
    }
    if serves(draft, index, id) {
        return Err(ChangeRefusal::OnTrial { id: id.to_string(), progress: in_progress(draft) });
    }
    if traffic.previous() == Some(release) || draft.had_all(id) {
        return Ok(release);
    }
    let to = back(draft).filter(|to| may_go_back(draft, to)).map(ToString::to_string);
    Err(ChangeRefusal::NeverActive { id: id.to_string(), to })
}

/// The releases that a rollback may name, except `id`.
pub(crate) fn targets(draft: &Draft<'_>, id: &ReleaseId) -> Vec<String> {
    let releases = draft.traffic.plan.releases().iter().map(|release| &release.id);
    let others = releases.filter(|other| *other != id && is_target(draft, other));
    others.map(ToString::to_string).collect()
}

/// Whether a rollback that names this release is accepted.
fn is_target(draft: &Draft<'_>, id: &ReleaseId) -> bool {
    named_target(draft, id).is_ok() && may_go_back(draft, id)
}

/// Whether a rollback may go to this release: it has viewers, or can run on the state.
pub(crate) fn may_go_back(draft: &Draft<'_>, id: &ReleaseId) -> bool {
    has_viewers(draft, id) || runs(draft, id)
}

/// Whether new viewers get this release now.
pub(crate) fn has_viewers(draft: &Draft<'_>, id: &ReleaseId) -> bool {
    draft.traffic.carrying().any(|(other, _)| other == id)
}

/// The change in progress.
fn in_progress(draft: &Draft<'_>) -> InProgress {
    let traffic = &draft.traffic;
    let is_scheduled = !traffic.upcoming().is_empty() || draft.is_paused();
    if is_scheduled || traffic.lease().is_some() { InProgress::Ramp } else { InProgress::Canary }
}

/// When the target of a rollback had all traffic. Says nothing about the active release, and about bare release
/// ids, which do not show it.
fn had_everybody(draft: &Draft<'_>, target: &ReleaseId) -> Option<Effect> {
    let traffic = &draft.traffic;
    let releases = traffic.plan.releases();
    let index = releases.iter().position(|release| release.id == *target)?;
    let (since, until) = match traffic.had_all(index) {
        Some((since, until)) => (Some(since), until?),
        None => match draft.body.served(traffic, index) {
            Served::Until(until) => (None, until),
            Served::Still | Served::Never => return None,
        },
    };
    // The stage of bare release ids begins at the epoch.
    let since = since.filter(|since| since.0 > 0).map(|since| draft.moment(since));
    let (release, until) = (target.to_string(), draft.moment(until));
    let is_former = *target != *traffic.active() && until.at < traffic.now;
    is_former.then_some(Effect::HadEverybody { release, since, until })
}

/// The release that a rollback without a name goes to, if it is known.
pub(crate) fn back<'d>(draft: &Draft<'d>) -> Option<&'d ReleaseId> {
    let traffic = &draft.traffic;
    if is_under_way(draft) { Some(traffic.stable()) } else { traffic.previous() }
}

/// The release that a rollback can go to so that `id` loses its traffic, if one is known.
pub(crate) fn way_back<'d>(draft: &Draft<'d>, id: &ReleaseId) -> Option<&'d ReleaseId> {
    let ways = [back(draft), draft.traffic.previous()].into_iter().flatten();
    ways.filter(|way| *way != id).find(|way| is_target(draft, way))
}

/// Whether a change is in progress, so that a rollback undoes it instead of going to an older release.
///
/// A lease counts even after its end. After a failed ramp, a user who rolls back means the stable release, not
/// the release before it.
fn is_under_way(draft: &Draft<'_>) -> bool {
    let traffic = &draft.traffic;
    let has_lease = traffic.plan.lease().is_some();
    !traffic.is_settled() || !traffic.upcoming().is_empty() || has_lease || draft.is_paused()
}

/// Begins a rollout in which `target` has all traffic.
///
/// If `target` is the active release, its stage stays, together with a stage of the previous release for the
/// next rollback. Otherwise the rollout has one stage. It applies at once, even where a clock is behind. The
/// history before it is dropped, so that a second rollback does not undo the first.
///
/// Releases that lose their traffic keep a place with weight 0, so that a second origin can still serve them.
fn replace_stages(draft: &mut Draft<'_>, target: &ReleaseId, losing: &[&ReleaseId]) {
    let weights = everything(target, losing);
    match settled_stage(&draft.traffic, target) {
        Some(index) => {
            let kept: Vec<usize> = draft.traffic.before(index).into_iter().chain([index]).collect();
            draft.begin_rollout(&kept);
            draft.reweigh_last(&weights);
        }
        None => {
            draft.begin_rollout(&[]);
            let from = draft.present();
            draft.append(from, &weights);
        }
    }
}

/// The last stage that gave `target` all traffic, if `target` has been the active release since then.
fn settled_stage(traffic: &Traffic<'_>, target: &ReleaseId) -> Option<usize> {
    if traffic.active() != target {
        return None;
    }
    let since = traffic.before(traffic.index).map_or(0, |before| before + 1);
    let stages = traffic.plan.stages().get(since..=traffic.index)?;
    let alone = |stage: &routing_core::Stage| {
        stage.weights().iter().filter(|(_, weight)| *weight > 0).count() == 1
    };
    Some(since + stages.iter().rposition(alone)?)
}

/// The weights of a stage that gives one release all traffic, and the others a place with weight 0.
pub(crate) fn everything<'a>(id: &'a ReleaseId, others: &[&'a ReleaseId]) -> Vec<(&'a str, u16)> {
    let others = others.iter().map(|other| (other.as_str(), 0));
    [(id.as_str(), 100)].into_iter().chain(others).collect()
}

/// If releases are decided on a cache miss, the cached documents belong to the old release. They must be
/// invalidated once no edge location caches new ones.
pub(crate) fn invalidation(
    draft: &Draft<'_>,
    begins: Option<edge_time::Timestamp>,
) -> Option<Effect> {
    match draft.context.decide_at {
        DecideAt::ViewerRequest => None,
        DecideAt::OriginRequest => {
            let followed = draft.context.followed();
            Some(Effect::NeedsInvalidation { at: draft.moment(begins.unwrap_or(followed)) })
        }
    }
}
