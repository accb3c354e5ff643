use edge_time::Timestamp;
use plan_change::Moment;
use thiserror::Error;

use crate::alarm::{AlarmSeen, AlarmState};
use crate::rollout::Rollout;
use crate::verdict::{Judge, Verdict};

/// Judges by the alarms that the ramp names.
#[derive(Debug, Clone, Copy)]
pub struct AlarmJudge<'a> {
    /// The plan's home Region: the Region of alarms if the ramp names none.
    pub home_region: &'a str,
    /// The alarms, as CloudWatch answered and as events told them.
    pub seen: &'a [AlarmSeen],
}

/// Why an alarm does not end the ramp.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotThisRollout {
    #[error("the ramp does not name the alarm")]
    NotNamed,
    #[error("the ramp names the alarm of `{0}`")]
    OtherRegion(String),
    #[error("the alarm is not on")]
    NotOn,
    #[error("the alarm was on before")]
    WasOn,
    #[error("the alarm is muted by `{0}`")]
    Muted(String),
    #[error("the alarm has no time")]
    Undated,
    #[error("the alarm has been on since {since}, and alarms of this ramp count from {from} on")]
    Older { since: Moment, from: Moment },
}

impl AlarmJudge<'_> {
    /// Whether the alarm ends the ramp.
    ///
    /// # Errors
    /// [`NotThisRollout`]: the reason why it does not.
    pub fn ends(&self, alarm: &AlarmSeen, rollout: &Rollout) -> Result<(), NotThisRollout> {
        let hold = &rollout.hold;
        if !hold.alarms.contains(&alarm.name) {
            return Err(NotThisRollout::NotNamed);
        }
        let region = hold.alarm_region.as_deref().unwrap_or(self.home_region);
        if alarm.region.as_deref().is_some_and(|other| other != region) {
            return Err(NotThisRollout::OtherRegion(region.into()));
        }
        match (alarm.state, alarm.before) {
            (AlarmState::Alarm, Some(AlarmState::Alarm)) => return Err(NotThisRollout::WasOn),
            (AlarmState::Alarm, Some(AlarmState::Ok | AlarmState::InsufficientData) | None) => {}
            (AlarmState::Ok | AlarmState::InsufficientData, _) => {
                return Err(NotThisRollout::NotOn);
            }
        }
        if let Some(by) = &alarm.muted {
            return Err(NotThisRollout::Muted(by.clone()));
        }
        let since = alarm.since.ok_or(NotThisRollout::Undated)?;
        if since < rollout.watched_from {
            let moment = |at: Timestamp| Moment { at, now: rollout.summary.now.at };
            let (since, from) = (moment(since), moment(rollout.watched_from));
            return Err(NotThisRollout::Older { since, from });
        }
        Ok(())
    }
}

impl Judge for AlarmJudge<'_> {
    fn judge(&self, rollout: &Rollout) -> Verdict {
        let on = self.seen.iter().find(|alarm| self.ends(alarm, rollout).is_ok());
        match on {
            Some(AlarmSeen { name, reason, .. }) => {
                Verdict::Worse(format!("alarm `{name}`: {reason}"))
            }
            None => Verdict::NotWorse,
        }
    }
}
