use std::time::Duration;

use edge_time::Timestamp;
use routing_core::{ReleaseId, Stage};

use crate::apply::servable;
use crate::change::Ramp;
use crate::change_refusal::ChangeRefusal;
use crate::contracts::check_runs;
use crate::draft::Draft;
use crate::effect::{Begins, Effect};
use crate::fields::Fields;
use crate::hold::Hold;
use crate::rollout::{candidate, everything, invalidation, moves, rollback};
use crate::share::Share;

/// Writes the whole schedule of a ramp as stages.
pub(crate) fn ramp(draft: &mut Draft<'_>, ramp: &Ramp) -> Result<Vec<Effect>, ChangeRefusal> {
    let Ramp { id, steps, every, lease, pause_at, guard } = ramp;
    let active = candidate(draft, id)?;
    let had = draft.traffic.percent(id);
    check_steps(steps, *every, had)?;
    let until = lease.map(|lease| lease_end(draft, lease)).transpose()?;
    let held = pause_at.map_or(Ok(0), |share| steps_after(steps, share))?;
    check_runs(draft, id)?;
    let base = draft.settle();
    let mut effects = Vec::new();
    let mut from = draft.context.next_flip();
    for share in steps {
        append_step(draft, from, active, id, *share);
        effects.push(step_effect(draft, from, id, *share));
        from = from.plus(*every);
    }
    let last = steps.last().map_or(had, |share| share.percent());
    effects.extend(moves(active, id, had, last));
    if held > 0 {
        let waiting = draft.cut(base + 1 + steps.len() - held);
        draft.pause(&waiting);
        effects.truncate(steps.len() - held);
        effects.push(Effect::HoldsSteps { steps: held });
    }
    if let Some(until) = until {
        draft.lease(until, base);
        draft.hold(guard.as_ref());
        effects.push(Effect::SetsLease { release: active.to_string(), until: draft.moment(until) });
        effects.extend(guard.as_ref().map(|_| Effect::GuardHolds));
    }
    Ok(effects)
}

fn check_steps(steps: &[Share], every: Duration, had: f64) -> Result<(), ChangeRefusal> {
    if steps.is_empty() || every < Duration::from_secs(1) {
        return Err(ChangeRefusal::NoSteps);
    }
    let mut before = had;
    for step in steps {
        if step.percent() <= before {
            return Err(ChangeRefusal::Steps { step: *step, before: format!("{before} %") });
        }
        before = step.percent();
    }
    Ok(())
}

/// The number of steps after the one at which the ramp pauses.
fn steps_after(steps: &[Share], share: Share) -> Result<usize, ChangeRefusal> {
    let after = steps.iter().skip_while(|step| **step != share).skip(1).count();
    if after == 0 { Err(ChangeRefusal::PauseAt(share)) } else { Ok(after) }
}

fn append_step(
    draft: &mut Draft<'_>,
    from: Timestamp,
    active: &ReleaseId,
    id: &ReleaseId,
    share: Share,
) {
    if share == Share::ALL {
        draft.append(from, &everything(id, &[active]));
    } else {
        let (rest, part) = share.weights();
        draft.append(from, &[(active.as_str(), rest), (id.as_str(), part)]);
    }
}

fn step_effect(draft: &Draft<'_>, from: Timestamp, id: &ReleaseId, share: Share) -> Effect {
    let (release, begins) = (id.to_string(), Begins::At(draft.moment(from)));
    if share == Share::ALL {
        Effect::GivesEverybody { release, begins }
    } else {
        Effect::GivesShare { release, share, begins }
    }
}

/// Removes the stages that no edge location can have begun when all have read this plan. Stores them for
/// [`resume`].
pub(crate) fn pause(draft: &mut Draft<'_>) -> Result<Vec<Effect>, ChangeRefusal> {
    let upcoming = draft.traffic.upcoming();
    let next = upcoming.first().ok_or_else(|| not_pausable(draft))?;
    let earliest = draft.context.next_flip();
    let near = upcoming.iter().take_while(|stage| stage.from() < earliest).count();
    if near == upcoming.len() {
        return Err(ChangeRefusal::TooLate(draft.moment(next.from())));
    }
    let mut held = draft.cut(draft.traffic.index + 1 + near);
    held.extend(draft.unpause());
    draft.pause(&held);
    draft.tell_pause();
    let begins_still = |stage: &Stage| Effect::StageStillBegins { at: draft.moment(stage.from()) };
    let mut effects: Vec<Effect> = upcoming.iter().take(near).map(begins_still).collect();
    effects.push(Effect::HoldsSteps { steps: held.len() });
    Ok(effects)
}

fn not_pausable(draft: &Draft<'_>) -> ChangeRefusal {
    if draft.is_paused() {
        ChangeRefusal::Already("the ramp is paused".into())
    } else {
        ChangeRefusal::NoRamp
    }
}

/// Schedules the stages of a paused ramp again, with the same times between them.
///
/// The first one begins as soon as possible. If other stages are still scheduled, it does not begin before its
/// original time.
pub(crate) fn resume(draft: &mut Draft<'_>) -> Result<Vec<Effect>, ChangeRefusal> {
    if !draft.is_paused() {
        return Err(not_resumable(draft));
    }
    if let Some(id) = ramped(draft) {
        check_runs(draft, id)?;
    }
    let held = draft.unpause();
    draft.tell_resume();
    let is_after_others = !draft.traffic.upcoming().is_empty();
    let mut shift = None;
    let mut effects = Vec::new();
    for stage in held {
        let Timestamp(was) = begins(&stage).ok_or(ChangeRefusal::NoRamp)?;
        let Timestamp(soonest) = draft.context.next_flip();
        let first = if is_after_others { soonest.max(was) } else { soonest };
        let from = Timestamp(was + *shift.get_or_insert(first - was));
        effects.push(Effect::ResumesStage { at: draft.moment(from) });
        draft.push(stage, from);
    }
    Ok(effects)
}

fn not_resumable(draft: &Draft<'_>) -> ChangeRefusal {
    match draft.traffic.upcoming().first() {
        Some(next) => {
            let next = draft.moment(next.from());
            ChangeRefusal::Already(format!(
                "the ramp is not paused: its next step begins at {next}"
            ))
        }
        None if draft.traffic.lease().is_some() => {
            ChangeRefusal::Already("the ramp is not paused: its last step is in force".into())
        }
        None => ChangeRefusal::NoRamp,
    }
}

/// The time at which a stage begins, or would have begun.
pub(crate) fn begins(stage: &Fields) -> Option<Timestamp> {
    Timestamp::parse(&stage.get::<String>("from")?).ok()
}

/// Undoes a ramp.
pub(crate) fn abort(draft: &mut Draft<'_>) -> Result<Vec<Effect>, ChangeRefusal> {
    let traffic = &draft.traffic;
    let has_lease = traffic.plan.lease().is_some();
    if !has_lease && traffic.upcoming().is_empty() && !draft.is_paused() {
        return Err(ChangeRefusal::NoRamp);
    }
    rollback(draft, None)
}

/// Gives the release of the ramp all traffic, as soon as every edge location can begin the stage in the same second.
///
/// The stages that begin before then stay, because edge locations may begin them before they read this plan.
pub(crate) fn finish(draft: &mut Draft<'_>) -> Result<Vec<Effect>, ChangeRefusal> {
    let id = ramped(draft).ok_or(ChangeRefusal::NoRamp)?;
    servable(draft, id)?;
    let traffic = draft.traffic;
    let from = draft.context.next_flip();
    let near = traffic.upcoming().iter().take_while(|stage| stage.from() < from).count();
    let (near, cancelled) = traffic.upcoming().split_at(near);
    let base = near.last().unwrap_or(traffic.stage);
    let losing: Vec<&ReleaseId> = traffic.carrying_in(base).filter(|other| *other != id).collect();
    let has_lease = traffic.lease().is_some();
    if losing.is_empty() && cancelled.is_empty() && !has_lease && !draft.is_paused() {
        return Err(ChangeRefusal::Already(format!("`{id}` gets all traffic")));
    }
    check_runs(draft, id)?;
    draft.cut(traffic.index + 1 + near.len());
    draft.unpause();
    draft.end_lease();
    let still = |stage: &Stage| Effect::StageStillBegins { at: draft.moment(stage.from()) };
    let cancels = |stage: &Stage| Effect::CancelsStage { at: draft.moment(stage.from()) };
    let mut effects: Vec<Effect> = near.iter().map(still).collect();
    effects.extend(cancelled.iter().map(cancels));
    if has_lease {
        effects.push(Effect::EndsLease);
    }
    if !losing.is_empty() {
        draft.append(from, &everything(id, &losing));
        let begins = Begins::At(draft.moment(from));
        effects.push(Effect::GivesEverybody { release: id.to_string(), begins });
        let release = ToString::to_string;
        effects
            .extend(losing.iter().map(|other| Effect::KeepsOpenPages { release: release(other) }));
        effects.extend(invalidation(draft, Some(from)));
    }
    Ok(effects)
}

/// The release that the ramp or the scheduled change in progress gives traffic: its last stage names it.
pub(crate) fn ramped<'d>(draft: &Draft<'d>) -> Option<&'d ReleaseId> {
    let traffic = draft.traffic;
    let is_scheduled = !traffic.upcoming().is_empty() || draft.is_paused();
    if !is_scheduled && traffic.lease().is_none() {
        return None;
    }
    let paused = if draft.is_paused() { draft.body.paused().pop() } else { None };
    let last: Vec<(String, u16)> = match paused {
        Some(stage) => stage.get("weights")?,
        None => {
            let last = traffic.weights_at(traffic.plan.stages().len().saturating_sub(1));
            last.into_iter().map(|(id, weight)| (id.to_owned(), weight)).collect()
        }
    };
    let mut gains = last.iter().filter(|(_, weight)| *weight > 0);
    let (id, _) = gains.find(|(id, _)| id != traffic.stable().as_str())?;
    traffic.plan.releases().iter().map(|release| &release.id).find(|known| known.as_str() == id)
}

/// Moves the end of the lease to this long from now.
pub(crate) fn renew_lease(
    draft: &mut Draft<'_>,
    lasts: Duration,
) -> Result<Vec<Effect>, ChangeRefusal> {
    let lease = draft.traffic.lease().ok_or(ChangeRefusal::NoLease)?;
    let until = lease_end(draft, lasts)?;
    draft.note_reached();
    draft.lease(until, lease.otherwise);
    let release = draft.traffic.stable().to_string();
    Ok(vec![Effect::SetsLease { release, until: draft.moment(until) }])
}

/// Renews the lease and says who holds it.
pub(crate) fn hand_over(
    draft: &mut Draft<'_>,
    lasts: Duration,
    guard: Option<&Hold>,
) -> Result<Vec<Effect>, ChangeRefusal> {
    let mut effects = renew_lease(draft, lasts)?;
    draft.hold(guard);
    effects.extend(guard.map(|_| Effect::GuardHolds));
    Ok(effects)
}

/// The end of a lease of this length. Refuses a length that is too short for every edge location to read a
/// renewal in time.
fn lease_end(draft: &Draft<'_>, lease: Duration) -> Result<Timestamp, ChangeRefusal> {
    let least = draft.context.hard_ttl * 2;
    if lease < least {
        let (seconds, least) = (lease.as_secs(), least.as_secs());
        return Err(ChangeRefusal::ShortLease { seconds, least });
    }
    Ok(draft.traffic.now.plus(lease).ceil_second())
}

/// Removes the lease, so that the stages apply without an end.
pub(crate) fn end_lease(draft: &mut Draft<'_>) -> Result<Vec<Effect>, ChangeRefusal> {
    draft.traffic.lease().ok_or(ChangeRefusal::NoLease)?;
    draft.end_lease();
    Ok(vec![Effect::EndsLease])
}
