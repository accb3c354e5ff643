use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{AlarmType, StateValue};

use crate::aws::sdk_error::describe;
use crate::aws::{Answer, AwsError, AwsErrorKind};

/// CloudWatch's alarms in one Region.
pub trait Alarms: Send + Sync {
    /// Reads the alarms with these names, at most 100, composite ones too. They are returned in the order of the
    /// names. The error is `Missing` if one of them does not exist.
    fn states<'a>(&'a self, names: &'a [String]) -> Answer<'a, Vec<Alarm>>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    pub name: String,
    pub state: AlarmState,
    /// The reason for the state, in CloudWatch's words.
    pub reason: String,
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
        let metric = metric.map(|one| (one.alarm_name, one.state_value, one.state_reason));
        let composite = output.composite_alarms.unwrap_or_default().into_iter();
        let composite = composite.map(|one| (one.alarm_name, one.state_value, one.state_reason));
        let found: Vec<Alarm> = metric.chain(composite).map(alarm).collect();
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
}

type Fields = (Option<String>, Option<StateValue>, Option<String>);

/// An unknown state counts as `InsufficientData`.
fn alarm((name, state, reason): Fields) -> Alarm {
    let state = match state {
        Some(StateValue::Ok) => AlarmState::Ok,
        Some(StateValue::Alarm) => AlarmState::Alarm,
        Some(_) | None => AlarmState::InsufficientData,
    };
    Alarm { name: name.unwrap_or_default(), state, reason: reason.unwrap_or_default() }
}

impl Alarms for CloudWatchAlarms {
    fn states<'a>(&'a self, names: &'a [String]) -> Answer<'a, Vec<Alarm>> {
        Box::pin(self.describe(names))
    }
}
