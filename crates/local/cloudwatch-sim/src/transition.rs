use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::alarm::Alarm;

/// The change of an alarm's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The alarm afterwards.
    pub alarm: Alarm,
    /// The alarm before.
    pub before: Alarm,
}

impl Transition {
    /// The event that EventBridge gets (page `cloudwatch-and-eventbridge` of CloudWatch's guide). It names no Region,
    /// because the alarm is the same one in every Region.
    #[must_use]
    pub fn event(&self) -> String {
        let Self { alarm, before } = self;
        let event = json!({
            "version": "0",
            "id": Uuid::new_v4().to_string(),
            "detail-type": "CloudWatch Alarm State Change",
            "source": "aws.cloudwatch",
            "time": alarm.since.floor_second().to_string(),
            "resources": [],
            "detail": {
                "alarmName": alarm.name,
                "state": StateDetail::of(alarm),
                "previousState": StateDetail::of(before),
            },
        });
        event.to_string()
    }
}

#[derive(Serialize)]
struct StateDetail<'a> {
    value: crate::AlarmState,
    reason: &'a str,
    timestamp: String,
}

impl<'a> StateDetail<'a> {
    fn of(alarm: &'a Alarm) -> Self {
        let Alarm { state, reason, since, .. } = alarm;
        Self { value: *state, reason, timestamp: since.to_string() }
    }
}
