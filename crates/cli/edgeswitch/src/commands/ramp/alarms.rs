use std::time::Duration;

use edge_time::Timestamp;

use super::error::RampError;
use crate::aws::{Alarm, AlarmState, Alarms, AwsError};
use crate::control::Session;

/// The longest time for which alarms may be unreadable. After it the ramp is rolled back, because nobody
/// watches it.
const MAX_UNREADABLE: Duration = Duration::from_secs(60);

/// The alarms that end a ramp.
pub(super) struct RampAlarms {
    alarms: Box<dyn Alarms>,
    names: Vec<String>,
    /// The time of the last successful read.
    seen: Timestamp,
}

impl RampAlarms {
    pub(super) fn new(alarms: Box<dyn Alarms>, names: Vec<String>, now: Timestamp) -> Self {
        Self { alarms, names, seen: now }
    }

    /// Refuses to start a ramp while an alarm is on.
    pub(super) async fn check_before(
        &mut self,
        session: &mut Session<'_>,
    ) -> Result<(), RampError> {
        let states = self.states().await.map_err(RampError::AlarmsUnreadable)?;
        for Alarm { name, state, reason, .. } in states {
            match state {
                AlarmState::Ok => {}
                AlarmState::Alarm => return Err(RampError::AlarmBefore { name, reason }),
                AlarmState::InsufficientData => {
                    session.console.say(&format!("alarm `{name}` has too little data"))?;
                }
            }
        }
        Ok(())
    }

    /// The reason to roll back the ramp, if there is one.
    pub(super) async fn reason(&mut self, now: Timestamp) -> Option<String> {
        match self.states().await {
            Ok(states) => {
                self.seen = now;
                let on = states.into_iter().find(|alarm| alarm.state == AlarmState::Alarm)?;
                Some(format!("alarm `{}`: {}", on.name, on.reason))
            }
            Err(error) if error.kind.is_passing() && self.unreadable_for(now) < MAX_UNREADABLE => {
                None
            }
            Err(error) => Some(format!("the alarms cannot be read: {}", error.reason)),
        }
    }

    fn unreadable_for(&self, now: Timestamp) -> Duration {
        Duration::from_millis(now.0.abs_diff(self.seen.0))
    }

    /// Does not ask CloudWatch if no alarm is named: it would return all alarms.
    async fn states(&self) -> Result<Vec<Alarm>, AwsError> {
        if self.names.is_empty() { Ok(Vec::new()) } else { self.alarms.states(&self.names).await }
    }
}
