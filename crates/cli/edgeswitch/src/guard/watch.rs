use guard_rules::{AlarmJudge, AlarmSeen, AlarmState, Judge, Occurrence, Rollout, Verdict, judge};

use crate::aws::{Alarm, AlarmState as State, Alarms};
use crate::control::{Project, Session};
use crate::guard::GuardRun;
use crate::guard::compare::Compared;

/// The verdict of all judges about the ramp, or the reason why they could not look.
///
/// The event comes first: if it ends the ramp, nothing else is asked. The alarms come next, because the gate may read for
/// long. A release that is worse by the logs goes back even if the alarms cannot be read.
pub(super) async fn watch(
    session: &Session<'_>,
    project: &Project,
    rollout: &Rollout,
    occurrence: &Occurrence,
    compared: &mut Compared,
    run: &mut GuardRun,
) -> Result<Verdict, String> {
    let home_region = project.parameter.home_region.as_str();
    let told = told(home_region, rollout, occurrence, run);
    let by_event = AlarmJudge { home_region, seen: &told };
    if let worse @ Verdict::Worse(_) = by_event.judge(rollout) {
        return Ok(worse);
    }
    let by_alarms = by_alarms(session, home_region, rollout, run).await;
    if let Ok(worse @ Verdict::Worse(_)) = by_alarms {
        return Ok(worse);
    }
    let by_logs = compared.verdict(session, project, rollout, run).await;
    match (by_alarms, by_logs) {
        (Err(_), Some(worse @ Verdict::Worse(_))) => Ok(worse),
        (Err(blind), Some(Verdict::CannotTell(_) | Verdict::NotWorse) | None) => Err(blind),
        (Ok(by_alarms), Some(by_logs)) => Ok(judge(&[&by_alarms, &by_logs], rollout)),
        (Ok(by_alarms), None) => Ok(by_alarms),
    }
}

/// What the alarms of the ramp say, as CloudWatch answers.
async fn by_alarms(
    session: &Session<'_>,
    home_region: &str,
    rollout: &Rollout,
    run: &mut GuardRun,
) -> Result<Verdict, String> {
    let hold = &rollout.hold;
    if hold.alarms.is_empty() {
        return Ok(Verdict::NotWorse);
    }
    let region = hold.alarm_region.as_deref().unwrap_or(home_region);
    let alarms = session.cloud.alarms(region);
    let states = alarms.states(&hold.alarms).await.map_err(|error| error.to_string())?;
    let mut seen = Vec::new();
    for alarm in states {
        seen.push(asked(alarm, region, home_region, rollout, alarms.as_ref(), run).await);
    }
    Ok(AlarmJudge { home_region, seen: &seen }.judge(rollout))
}

/// The alarms of the event. One that does not end the ramp is noted with its reason.
fn told(
    home_region: &str,
    rollout: &Rollout,
    occurrence: &Occurrence,
    run: &mut GuardRun,
) -> Vec<AlarmSeen> {
    let Occurrence::Alarms(alarms) = occurrence else { return Vec::new() };
    let judge = AlarmJudge { home_region, seen: &[] };
    for alarm in alarms {
        if let Err(reason) = judge.ends(alarm, rollout) {
            let line = format!("alarm `{}` does not end the ramp: {reason}", alarm.name);
            if !run.did.contains(&line) {
                run.did(line);
            }
        }
    }
    alarms.clone()
}

/// An alarm as CloudWatch answers. Whether a rule mutes it is asked only if it would end the ramp. If that cannot be
/// read, it counts as not muted: a rollback that was not needed does less harm than one that was missed.
async fn asked(
    alarm: Alarm,
    region: &str,
    home_region: &str,
    rollout: &Rollout,
    alarms: &dyn Alarms,
    run: &mut GuardRun,
) -> AlarmSeen {
    let Alarm { name, state, reason, since, suppressed } = alarm;
    let mut seen = AlarmSeen {
        name,
        region: Some(region.to_owned()),
        state: match state {
            State::Ok => AlarmState::Ok,
            State::Alarm => AlarmState::Alarm,
            State::InsufficientData => AlarmState::InsufficientData,
        },
        before: None,
        since,
        muted: suppressed,
        reason,
    };
    if (AlarmJudge { home_region, seen: &[] }).ends(&seen, rollout).is_ok() {
        match alarms.mute_rule(&seen.name).await {
            Ok(rule) => seen.muted = rule,
            Err(error) => run.trouble(&error),
        }
    }
    seen
}
