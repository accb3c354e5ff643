use routing_core::ReleaseId;

use crate::change::{Change, Context};
use crate::change_refusal::ChangeRefusal;
use crate::document::{Document, Form};
use crate::draft::Draft;
use crate::effect::Effect;
use crate::fields::Fields;
use crate::moment::Moment;
use crate::{contracts, prune, ramp, releases, rollout};

/// The number of characters of a reason or a name that the plan keeps.
const MAX_NOTE: usize = 200;
/// The bytes that are reserved for changes that take traffic back, so that there is always room for a rollback.
pub(crate) const ROOM_FOR_ROLLBACK: usize = 256;

/// A changed plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The plan to write.
    pub document: Document,
    /// The effects of the change.
    pub effects: Vec<Effect>,
}

/// Makes one change to a plan and returns the new plan.
///
/// The new plan is valid, has the next revision, and is at most [`plan_format::MAX_PLAN_BYTES`] long. Within a
/// rollout, a stage that has begun keeps its place and its weights, because cookies name it. Old releases that
/// nothing names any more are removed when the plan needs their room.
///
/// # Errors
/// [`ChangeRefusal`]: the rule that forbids the change, with the values that a hint can name.
///
/// # Examples
/// ```
/// use edge_time::Timestamp;
/// use plan_change::{Change, Context, Document, When, apply};
/// use plan_format::ReleaseDefaults;
/// use routing_core::ReleaseId;
///
/// let plan = Document::parse("41ab03d 9f2c1e7", &ReleaseDefaults::default())?;
/// let id = ReleaseId::parse("9f2c1e7")?;
/// let context = Context::new(Timestamp(1_795_341_600_000));
/// let changed = apply(&plan, &Change::Promote { id, at: When::NextFlip }, &context)?;
/// assert_eq!(
///     changed.effects[0].to_string(),
///     "everybody will get 9f2c1e7 from 10:00:50 UTC on"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn apply(
    document: &Document,
    change: &Change,
    context: &Context,
) -> Result<Changed, ChangeRefusal> {
    let mut draft = Draft::of(document, context);
    match document.form() {
        Form::Bare => note_former(&mut draft),
        Form::Whole => {}
    }
    let mut effects = make(&mut draft, change)?;
    sign(&mut draft, change);
    let document = draft.finish(room(change), &mut effects)?;
    Ok(Changed { document, effects })
}

fn make(draft: &mut Draft<'_>, change: &Change) -> Result<Vec<Effect>, ChangeRefusal> {
    match change {
        Change::AddRelease(release) => releases::add(draft, release),
        Change::Withdraw(id) => releases::withdraw(draft, id),
        Change::RemoveRelease(id) => releases::remove(draft, id),
        Change::Prune { keep } => prune::prune(draft, *keep),
        Change::Promote { id, at } => rollout::promote(draft, id, *at),
        Change::Canary { id, share } => rollout::canary(draft, id, *share),
        Change::Ramp(ramp) => ramp::ramp(draft, ramp),
        Change::RampPause => ramp::pause(draft),
        Change::RampResume => ramp::resume(draft),
        Change::RampAbort => ramp::abort(draft),
        Change::RampFinish => ramp::finish(draft),
        Change::RenewLease(lease) => ramp::renew_lease(draft, *lease),
        Change::HandOver { lease, guard } => ramp::hand_over(draft, *lease, guard.as_ref()),
        Change::EndLease => ramp::end_lease(draft),
        Change::Rollback { to, .. } => rollout::rollback(draft, to.as_ref()),
        Change::SetState { name, version, way_back } => {
            contracts::set(draft, name, *version, *way_back)
        }
        Change::UnsetState { name, way_back } => contracts::unset(draft, name, *way_back),
    }
}

/// Bare ids do not show which releases were active before, so each of them may have had traffic until now.
fn note_former(draft: &mut Draft<'_>) {
    let active = draft.traffic.active();
    for release in draft.traffic.plan.releases() {
        if release.id != *active {
            draft.note_possible_end(&release.id, draft.traffic.now);
        }
    }
}

/// Notes the change, its time, author and reason. Renewals of a lease are too frequent to be noted.
fn sign(draft: &mut Draft<'_>, change: &Change) {
    let reason = match change {
        Change::RenewLease(_) => return,
        Change::Rollback { reason, .. } => reason.as_deref(),
        Change::AddRelease(_)
        | Change::Withdraw(_)
        | Change::RemoveRelease(_)
        | Change::Prune { .. }
        | Change::Promote { .. }
        | Change::Canary { .. }
        | Change::Ramp(_)
        | Change::RampPause
        | Change::RampResume
        | Change::RampAbort
        | Change::RampFinish
        | Change::HandOver { .. }
        | Change::EndLease
        | Change::SetState { .. }
        | Change::UnsetState { .. } => None,
    };
    let at = draft.traffic.now.floor_second().to_string();
    let what = change.to_string();
    let by = draft.context.writer.as_deref();
    let mut note = Fields::default();
    for (name, text) in [("at", Some(&*at)), ("what", Some(&*what)), ("by", by), ("why", reason)] {
        if let Some(text) = text {
            note.set(name, &text.chars().take(MAX_NOTE).collect::<String>());
        }
    }
    draft.note(&note);
}

fn room(change: &Change) -> usize {
    match change {
        Change::AddRelease(_)
        | Change::Promote { .. }
        | Change::Canary { .. }
        | Change::Ramp(_)
        | Change::RampResume
        | Change::RampFinish
        | Change::SetState { .. } => ROOM_FOR_ROLLBACK,
        Change::Withdraw(_)
        | Change::RemoveRelease(_)
        | Change::Prune { .. }
        | Change::RampPause
        | Change::RampAbort
        | Change::RenewLease(_)
        | Change::HandOver { .. }
        | Change::EndLease
        | Change::Rollback { .. }
        | Change::UnsetState { .. } => 0,
    }
}

/// Refuses a change while another one is in progress.
pub(crate) fn idle(draft: &Draft<'_>) -> Result<(), ChangeRefusal> {
    let traffic = &draft.traffic;
    let moment = |at| Moment { at, now: traffic.now };
    if let Some(lease) = traffic.lease() {
        return Err(ChangeRefusal::Leased(moment(lease.until)));
    }
    if let Some(next) = traffic.upcoming().first() {
        return Err(ChangeRefusal::UnderWay(moment(next.from())));
    }
    if draft.is_paused() { Err(ChangeRefusal::Paused) } else { Ok(()) }
}

/// The index of a release, if the plan has it and may serve it.
pub(crate) fn servable(draft: &Draft<'_>, id: &ReleaseId) -> Result<usize, ChangeRefusal> {
    let plan = draft.traffic.plan;
    match plan.servable(id.as_str()) {
        Some((index, _)) => Ok(index),
        None if plan.is_withdrawn(id.as_str()) => Err(ChangeRefusal::Withdrawn(id.to_string())),
        None => Err(ChangeRefusal::Unknown { id: id.to_string(), known: known(draft) }),
    }
}

/// The releases that a change may name.
fn known(draft: &Draft<'_>) -> Vec<String> {
    let plan = draft.traffic.plan;
    let ids = plan.releases().iter().map(|release| release.id.to_string());
    ids.filter(|id| !plan.is_withdrawn(id)).collect()
}
