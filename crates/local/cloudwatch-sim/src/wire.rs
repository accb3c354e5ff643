//! The requests and answers of CloudWatch's API, as far as they are modelled. Fields that are not are refused by name.

use ciborium::tag::Required;
use edge_time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alarm::{Alarm, AlarmState};

/// CBOR's tag for seconds since 1970 (RFC 8949, section 3.4.2).
const EPOCH: u64 = 1;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct DescribeAlarms {
    pub(crate) alarm_names: Option<Vec<String>>,
    pub(crate) alarm_name_prefix: Option<String>,
    pub(crate) alarm_types: Option<Vec<AlarmType>>,
    pub(crate) state_value: Option<AlarmState>,
    pub(crate) max_records: Option<usize>,
    pub(crate) next_token: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum AlarmType {
    #[serde(rename = "MetricAlarm")]
    Metric,
    #[serde(rename = "CompositeAlarm")]
    Composite,
    #[serde(rename = "LogAlarm")]
    Log,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct SetAlarmState {
    pub(crate) alarm_name: String,
    pub(crate) state_value: AlarmState,
    pub(crate) state_reason: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Described {
    pub(crate) metric_alarms: Vec<MetricAlarm>,
    pub(crate) composite_alarms: [(); 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MetricAlarm {
    alarm_name: String,
    actions_enabled: bool,
    state_value: AlarmState,
    state_reason: String,
    state_updated_timestamp: Required<f64, EPOCH>,
    state_transitioned_timestamp: Required<f64, EPOCH>,
}

/// The answer of an operation that returns nothing.
#[derive(Serialize)]
pub(crate) struct Nothing {}

/// The rules that mute an alarm. There are none.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MuteRules {
    pub(crate) alarm_mute_rule_summaries: [(); 0],
}

impl From<Alarm> for MetricAlarm {
    fn from(alarm: Alarm) -> Self {
        let Alarm { name, state, reason, since } = alarm;
        Self {
            alarm_name: name,
            actions_enabled: true,
            state_value: state,
            state_reason: reason,
            state_updated_timestamp: seconds(since),
            state_transitioned_timestamp: seconds(since),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit into 53 bits")]
fn seconds(Timestamp(milliseconds): Timestamp) -> Required<f64, EPOCH> {
    Required(milliseconds as f64 / 1000.0)
}
