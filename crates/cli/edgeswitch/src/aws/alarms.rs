use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    AlarmMuteRuleStatus, AlarmType, CompositeAlarm, MetricAlarm, StateValue,
};
use edge_time::Timestamp;

use crate::aws::sdk_error::describe;
use crate::aws::{Answer, AwsError, AwsErrorKind};

/// CloudWatch's alarms in one Region.
pub trait Alarms: Send + Sync {
    /// Reads the alarms with these names, at most 100, composite ones too. They are returned in the order of the
    /// names. The error is `Missing` if one of them does not exist.
    fn states<'a>(&'a self, names: &'a [String]) -> Answer<'a, Vec<Alarm>>;
    /// Reads the ARN of a rule that mutes the alarm now, if there is one.
    fn mute_rule<'a>(&'a self, name: &'a str) -> Answer<'a, Option<String>>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    pub name: String,
    pub state: AlarmState,
    /// The reason for the state, in CloudWatch's words.
    pub reason: String,
    /// The time of the last change of the state, if CloudWatch names it.
    pub since: Option<Timestamp>,
    /// Why a composite alarm takes no actions now.
    pub suppressed: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmState {
    /// Within its threshold.
    Ok,
    /// Over it.
    Alarm,
    /// There is too little data to decide.
    InsufficientData,
}

/// CloudWatch, called through AWS's SDK.
pub(crate) struct CloudWatchAlarms {
    pub(crate) client: Client,
    pub(crate) region: String,
}

impl CloudWatchAlarms {
    async fn describe(&self, names: &[String]) -> Result<Vec<Alarm>, AwsError> {
        let doing = || format!("read alarms in `{}`", self.region);
        let request = self.client.describe_alarms().set_alarm_names(Some(names.to_vec()));
        let request = request.alarm_types(AlarmType::MetricAlarm);
        let request = request.alarm_types(AlarmType::CompositeAlarm).max_records(100);
        let output = request.send().await.map_err(|error| describe(&error, doing()))?;
        let metric = output.metric_alarms.unwrap_or_default().into_iter();
        let composite = output.composite_alarms.unwrap_or_default().into_iter();
        let found: Vec<Alarm> = metric.map(of_metric).chain(composite.map(of_composite)).collect();
        let named = |name: &String| {
            let missing = || AwsError {
                kind: AwsErrorKind::Missing,
                doing: doing(),
                reason: format!("there is no alarm `{name}`"),
            };
            found.iter().find(|alarm| alarm.name == *name).cloned().ok_or_else(missing)
        };
        names.iter().map(named).collect()
    }

    async fn active_rule(&self, name: &str) -> Result<Option<String>, AwsError> {
        let doing = || format!("read the mute rules of alarm `{name}` in `{}`", self.region);
        let request = self.client.list_alarm_mute_rules().alarm_name(name);
        let answer = request.statuses(AlarmMuteRuleStatus::Active).send().await;
        let output = answer.map_err(|error| describe(&error, doing()))?;
        let rule = output.alarm_mute_rule_summaries.unwrap_or_default().into_iter().next();
        Ok(rule.and_then(|rule| rule.alarm_mute_rule_arn))
    }
}

fn of_metric(one: MetricAlarm) -> Alarm {
    Alarm {
        name: one.alarm_name.unwrap_or_default(),
        state: state(one.state_value.as_ref()),
        reason: one.state_reason.unwrap_or_default(),
        since: timestamp(one.state_transitioned_timestamp.or(one.state_updated_timestamp)),
        suppressed: None,
    }
}

fn of_composite(one: CompositeAlarm) -> Alarm {
    Alarm {
        name: one.alarm_name.unwrap_or_default(),
        state: state(one.state_value.as_ref()),
        reason: one.state_reason.unwrap_or_default(),
        since: timestamp(one.state_transitioned_timestamp.or(one.state_updated_timestamp)),
        suppressed: one.actions_suppressed_by.map(|by| by.as_str().to_owned()),
    }
}

fn timestamp(date: Option<DateTime>) -> Option<Timestamp> {
    date.and_then(|date| date.to_millis().ok()).map(Timestamp)
}

/// An unknown state counts as `InsufficientData`.
fn state(value: Option<&StateValue>) -> AlarmState {
    match value {
        Some(StateValue::Ok) => AlarmState::Ok,
        Some(StateValue::Alarm) => AlarmState::Alarm,
        Some(_) | None => AlarmState::InsufficientData,
    }
}

impl Alarms for CloudWatchAlarms {
    fn states<'a>(&'a self, names: &'a [String]) -> Answer<'a, Vec<Alarm>> {
        Box::pin(self.describe(names))
    }

    fn mute_rule<'a>(&'a self, name: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(self.active_rule(name))
    }
}
