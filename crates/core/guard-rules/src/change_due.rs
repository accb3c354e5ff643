use std::time::Duration;

use plan_change::{
    After, Change, ChangeRefusal, Context, Document, Moment, Summary, Upcoming, apply,
};

use crate::rollout::Rollout;
use crate::verdict::Verdict;

/// The name under which the guard writes plans.
pub const WRITER: &str = "guard";
/// A lease is renewed when the hard TTL plus this time is left: three runs of a schedule that may be late.
pub const RESERVE: Duration = Duration::from_secs(180);

/// A change that the guard makes now.
#[derive(Debug, Clone, PartialEq)]
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
            let end = end(&rollout, context).filter(|_| rollout.has_all() || rollout.is_let_pass());
            let due = [end, pause(&rollout, context, why), renewal(&rollout, context)];
            due.into_iter().flatten().collect()
        }
        Ok(Verdict::NotWorse) => {
            let resume = resume(&rollout, context);
            let due = [end(&rollout, context), resume, renewal(&rollout, context)];
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

/// The step that begins although the judges cannot tell, because it is too late to hold it. A person must know.
#[must_use]
pub fn unheld(
    document: &Document,
    context: &Context,
    watched: &Result<Verdict, String>,
) -> Option<Moment> {
    let Ok(Verdict::CannotTell(_)) = watched else { return None };
    let rollout = Rollout::of(document, context)?;
    let next = next_step(&rollout).filter(|next| next.from.at < context.next_flip())?;
    Some(next.from)
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

/// Holds the next step when it comes near: three runs that are missed must not let it begin. If it is too late to hold it,
/// the steps after it are not held for it.
fn pause(rollout: &Rollout, context: &Context, why: &str) -> Option<Due> {
    let next = next_step(rollout)?;
    let soonest = context.next_flip();
    let is_near = (soonest..=soonest.plus(RESERVE)).contains(&next.from.at);
    is_near.then(|| Due { change: Change::RampPause, why: why.to_owned() })
}

/// The step that a judge may hold: it is planned, and nobody lets it pass.
fn next_step(rollout: &Rollout) -> Option<&Upcoming> {
    let may_be_held = rollout.summary.paused_steps == 0 && !rollout.is_let_pass();
    rollout.summary.upcoming.first().filter(|_| may_be_held)
}

/// Goes on with a ramp that the guard itself has paused, not before the time of the step. A pause by a person is theirs to
/// end.
fn resume(rollout: &Rollout, context: &Context) -> Option<Due> {
    let Summary { paused_steps, paused_from, .. } = &rollout.summary;
    let is_time = paused_from.is_none_or(|from| from <= context.next_flip());
    let why = "the judges can tell again".into();
    let is_due = *paused_steps > 0 && rollout.holds_step() && is_time;
    is_due.then_some(Due { change: Change::RampResume, why })
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
        _ if rollout.has_all() => (Change::EndLease, format!("{release} has all traffic")),
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
