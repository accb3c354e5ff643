use std::time::Duration;

use plan_change::{After, Change, ChangeRefusal, Context, Document, Summary, apply};

use crate::rollout::Rollout;
use crate::verdict::Verdict;

/// The name under which the guard writes plans.
pub const WRITER: &str = "guard";
/// A lease is renewed when the hard TTL plus this time is left: three runs of a schedule that may be late.
pub const RESERVE: Duration = Duration::from_secs(180);
/// The note of a plan whose last change was a pause.
const PAUSE: &str = "ramp pause";

/// A change that the guard makes now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub change: Change,
    /// The reason, for the log and for people.
    pub why: String,
}

/// The change of the plan that is due, if there is one. After it has been written, the caller asks again.
///
/// `watched` is the verdict of the judges, or the reason why they could not look. Without a verdict nothing is renewed:
/// a ramp that nobody watches ends with its lease.
///
/// The change is one that [`apply`] makes of this plan, so a change that is refused is never due.
#[must_use]
pub fn change_due(
    document: &Document,
    context: &Context,
    watched: &Result<Verdict, String>,
) -> Option<Due> {
    let rollout = Rollout::of(document, context)?;
    let candidates = match watched {
        Err(_) => return None,
        Ok(Verdict::Worse(why)) => vec![rollback(&rollout, why)],
        Ok(Verdict::CannotTell(why)) => {
            [pause(&rollout, why), renewal(&rollout, context)].into_iter().flatten().collect()
        }
        Ok(Verdict::NotWorse) => {
            let due = [end(&rollout, context), resume(&rollout), renewal(&rollout, context)];
            due.into_iter().flatten().collect()
        }
    };
    candidates.into_iter().find(|due| apply(document, &due.change, context).is_ok())
}

/// The rollback that a verdict asks for, and why the plan refuses it. A person must act: the ramp then ends with its
/// lease, and not before.
#[must_use]
pub fn refused_rollback(
    document: &Document,
    context: &Context,
    watched: &Result<Verdict, String>,
) -> Option<(Due, ChangeRefusal)> {
    let Ok(Verdict::Worse(why)) = watched else { return None };
    let due = rollback(&Rollout::of(document, context)?, why);
    let refusal = apply(document, &due.change, context).err()?;
    Some((due, refusal))
}

/// Whether the ramp needs a look at alarms, so that a failed look is trouble.
#[must_use]
pub fn is_blind(rollout: &Rollout, watched: &Result<Verdict, String>) -> bool {
    watched.is_err() && !rollout.hold.alarms.is_empty()
}

/// The rollback names the stable release. Otherwise a second attempt would go back to an even older one.
fn rollback(rollout: &Rollout, why: &str) -> Due {
    let change =
        Change::Rollback { to: Some(rollout.stable.clone()), reason: Some(why.to_owned()) };
    Due { change, why: why.to_owned() }
}

fn pause(rollout: &Rollout, why: &str) -> Option<Due> {
    let waits = rollout.summary.paused_steps > 0;
    (!waits).then(|| Due { change: Change::RampPause, why: why.to_owned() })
}

/// Goes on with a ramp that the guard itself has paused. A pause by a person is theirs to end.
fn resume(rollout: &Rollout) -> Option<Due> {
    let last = rollout.summary.last_change.as_ref()?;
    let is_ours = last.what == PAUSE && last.by.as_deref() == Some(WRITER);
    let waits = rollout.summary.paused_steps > 0;
    let why = "the judges can tell again".into();
    (is_ours && waits).then_some(Due { change: Change::RampResume, why })
}

/// The change after the last step, when it has been watched for long enough.
fn end(rollout: &Rollout, context: &Context) -> Option<Due> {
    let Summary { upcoming, paused_steps, since, .. } = &rollout.summary;
    let percent = rollout.summary.percent(rollout.release.as_str());
    if !upcoming.is_empty() || *paused_steps > 0 || percent <= 0.0 {
        return None;
    }
    let baked = since.as_ref()?.at.plus(Duration::from_secs(rollout.hold.bake_seconds));
    if context.now < baked {
        return None;
    }
    let release = &rollout.release;
    let (change, why) = match rollout.hold.then {
        _ if percent >= 100.0 => (Change::EndLease, format!("{release} has all traffic")),
        Some(After::Promote) => (Change::RampFinish, format!("the last step of {release} is over")),
        Some(After::Detach) => (Change::EndLease, format!("{release} keeps its share")),
        None => return None,
    };
    Some(Due { change, why })
}

fn renewal(rollout: &Rollout, context: &Context) -> Option<Due> {
    let until = rollout.summary.lease.as_ref()?.until.at;
    let lasts = Duration::from_secs(rollout.hold.seconds).max(context.hard_ttl * 2);
    let reserve = RESERVE.min(lasts.saturating_sub(context.hard_ttl) / 2);
    let is_near = until <= context.now.plus(context.hard_ttl + reserve);
    let why = format!("the guard watches {}", rollout.release);
    is_near.then_some(Due { change: Change::RenewLease(lasts), why })
}
