//! The shapes in which AWS delivers events to a function.
//!
//! Only the fields that decide are read: an alarm of metric math, of anomaly detection or of Metrics Insights has
//! another configuration, a composite one has none, and a message in SNS may have no description.

use serde::Deserialize;
use serde_json::Value;

use crate::alarm::{AlarmSeen, AlarmState};
use crate::alarm_time;
use crate::announcement::{DETAIL_TYPE, SOURCE};
use crate::occurrence::{NotForTheGuard, Occurrence};

const EVENT: &str = "an event of EventBridge";
const ALARM: &str = "an alarm's event";
const PARAMETER: &str = "an event of Parameter Store";
const TOPIC: &str = "an event of SNS";
const MESSAGE: &str = "an alarm's message in SNS";
const ACTION: &str = "an alarm's action";

/// An event of EventBridge.
pub(crate) fn bus(value: Value) -> Result<Occurrence, NotForTheGuard> {
    let event: BusEvent = read(EVENT, value)?;
    match (event.source.as_str(), event.detail_type.as_str()) {
        ("aws.events" | "aws.scheduler", "Scheduled Event") => Ok(Occurrence::Tick),
        ("aws.ssm", "Parameter Store Change") => {
            let ParameterDetail { name, operation } = read(PARAMETER, event.detail)?;
            Ok(Occurrence::Parameter { name, operation })
        }
        ("aws.cloudwatch", "CloudWatch Alarm State Change") => {
            let detail: AlarmDetail = read(ALARM, event.detail)?;
            let region = event.region.or_else(|| region_of(event.resources.first()?));
            Ok(Occurrence::Alarms(vec![detail.seen(ALARM, region)?]))
        }
        (SOURCE, DETAIL_TYPE) => Ok(Occurrence::Announced),
        (sender, detail_type) => {
            Err(NotForTheGuard::Unknown { sender: sender.into(), detail_type: detail_type.into() })
        }
    }
}

/// An event of SNS: an alarm's own message, or an event of EventBridge that a rule sent to the topic.
pub(crate) fn topic(value: Value) -> Result<Occurrence, NotForTheGuard> {
    let event: TopicEvent = read(TOPIC, value)?;
    let mut seen = Vec::new();
    for record in event.records {
        let message: Value = serde_json::from_str(&record.sns.message)
            .map_err(|error| NotForTheGuard::broken(TOPIC, error))?;
        if message.get("detail-type").is_some() {
            match bus(message)? {
                Occurrence::Alarms(alarms) => seen.extend(alarms),
                other @ (Occurrence::Tick
                | Occurrence::Parameter { .. }
                | Occurrence::Announced) => return Ok(other),
            }
        } else {
            seen.push(read::<AlarmMessage>(MESSAGE, message)?.seen()?);
        }
    }
    if seen.is_empty() {
        return Err(NotForTheGuard::broken(TOPIC, "it has no records"));
    }
    Ok(Occurrence::Alarms(seen))
}

/// The direct action of an alarm.
pub(crate) fn action(value: Value) -> Result<Occurrence, NotForTheGuard> {
    let action: AlarmAction = read(ACTION, value)?;
    let region = action.region.or_else(|| region_of(&action.alarm_arn?));
    Ok(Occurrence::Alarms(vec![action.alarm_data.seen(ACTION, region)?]))
}

/// The envelope of EventBridge (page `eb-events-structure`).
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct BusEvent {
    detail_type: String,
    source: String,
    #[serde(default)]
    region: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    detail: Value,
}

/// The envelope of SNS (page `with-sns` of Lambda's guide).
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TopicEvent {
    records: Vec<TopicRecord>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TopicRecord {
    sns: TopicMessage,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TopicMessage {
    message: String,
}

#[derive(Deserialize)]
struct ParameterDetail {
    name: String,
    operation: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AlarmDetail {
    alarm_name: String,
    state: StateDetail,
    #[serde(default)]
    previous_state: Option<StateDetail>,
    #[serde(default)]
    mute_detail: Option<MuteDetail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StateDetail {
    value: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    timestamp: Option<String>,
    #[serde(default)]
    actions_suppressed_by: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MuteDetail {
    #[serde(default)]
    muted_by_arn: Option<String>,
}

impl AlarmDetail {
    fn seen(self, kind: &'static str, region: Option<String>) -> Result<AlarmSeen, NotForTheGuard> {
        let parse = |state: &StateDetail| AlarmState::parse(&state.value);
        let state = parse(&self.state).map_err(NotForTheGuard::state(kind))?;
        let before = self.previous_state.as_ref().map(parse).transpose();
        let muted = self.mute_detail.map(|mute| mute.muted_by_arn.unwrap_or("a mute rule".into()));
        Ok(AlarmSeen {
            name: self.alarm_name,
            region,
            state,
            before: before.map_err(NotForTheGuard::state(kind))?,
            since: self.state.timestamp.as_deref().and_then(alarm_time::parse),
            muted: muted.or(self.state.actions_suppressed_by),
            reason: self.state.reason.unwrap_or_default(),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AlarmAction {
    #[serde(default)]
    alarm_arn: Option<String>,
    #[serde(default)]
    region: Option<String>,
    alarm_data: AlarmDetail,
}

/// Its `Region` is a name for people, so the Region is taken from the ARN.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AlarmMessage {
    alarm_name: String,
    #[serde(default)]
    alarm_arn: Option<String>,
    new_state_value: String,
    #[serde(default)]
    old_state_value: Option<String>,
    #[serde(default)]
    new_state_reason: Option<String>,
    #[serde(default)]
    state_change_time: Option<String>,
}

impl AlarmMessage {
    fn seen(self) -> Result<AlarmSeen, NotForTheGuard> {
        let state = AlarmState::parse(&self.new_state_value);
        let before = self.old_state_value.as_deref().map(AlarmState::parse).transpose();
        Ok(AlarmSeen {
            name: self.alarm_name,
            region: self.alarm_arn.as_deref().and_then(region_of),
            state: state.map_err(NotForTheGuard::state(MESSAGE))?,
            before: before.map_err(NotForTheGuard::state(MESSAGE))?,
            since: self.state_change_time.as_deref().and_then(alarm_time::parse),
            muted: None,
            reason: self.new_state_reason.unwrap_or_default(),
        })
    }
}

/// The Region of an ARN: `us-east-1` of `arn:aws:cloudwatch:us-east-1:123456789012:alarm:shop-5xx`.
fn region_of(arn: impl AsRef<str>) -> Option<String> {
    let region = arn.as_ref().split(':').nth(3)?;
    (!region.is_empty()).then(|| region.to_owned())
}

fn read<T: for<'de> Deserialize<'de>>(
    kind: &'static str,
    value: Value,
) -> Result<T, NotForTheGuard> {
    serde_json::from_value(value).map_err(|error| NotForTheGuard::broken(kind, error))
}
