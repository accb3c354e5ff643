use aws_config::retry::RetryConfig;
use aws_sdk_ssm::Client;
use aws_sdk_ssm::config::Builder;
use aws_sdk_ssm::operation::put_parameter::builders::PutParameterFluentBuilder;
use aws_sdk_ssm::primitives::DateTime;
use aws_sdk_ssm::types::ParameterType;
use edge_time::Timestamp;

use crate::aws::answered::Answered;
use crate::aws::sdk_error::describe;
use crate::aws::{Answer, AwsError, AwsErrorKind};

/// The number of versions whose labels are read.
const OLDEST: i32 = 10;

/// Reads and writes one parameter of Parameter Store in one Region.
pub trait ParameterClient: Send + Sync {
    /// The name of the parameter, for example `/shop/plan`.
    fn name(&self) -> &str;
    /// The Region of the parameter.
    fn region(&self) -> &str;
    /// Reads the latest version.
    fn read(&self) -> Answer<'_, Stored>;
    /// Reads one version.
    fn read_version(&self, version: u64) -> Answer<'_, Stored>;
    /// Writes the next version and returns its number. Never retries. Parameter Store has no compare-and-set:
    /// the caller must check that the number is the expected one.
    fn write<'a>(&'a self, text: &'a str) -> Answer<'a, u64>;
    /// Writes the first version. The error is `Exists` if the parameter exists.
    fn create<'a>(&'a self, text: &'a str) -> Answer<'a, u64>;
    /// Reads the versions that AWS keeps, at most 100, oldest first, with their authors.
    fn history(&self) -> Answer<'_, Vec<Stored>>;
    /// Reads the first label among the ten oldest versions that AWS keeps: the one that blocks writes first.
    fn oldest_label(&self) -> Answer<'_, Option<Label>>;
}

/// A label on a version. AWS never removes the version, and keeps at most 100 (page
/// `sysman-paramstore-versions`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub version: u64,
    pub name: String,
}

impl Label {
    /// The command that moves the label to the latest version.
    pub(crate) fn mover(&self, parameter: &str, region: &str) -> String {
        let Self { name, .. } = self;
        format!(
            "`aws ssm label-parameter-version --name {parameter} --labels {name} --region {region}`"
        )
    }
}

/// A version of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The number of the version, from 1.
    pub version: u64,
    /// The value of the parameter.
    pub text: String,
    /// The time of the write.
    pub modified: Timestamp,
    /// The ARN of the author. Only the history has it.
    pub user: Option<String>,
    /// The time of the response by AWS's clock, in whole seconds, if the response had a date.
    pub answered: Option<Timestamp>,
}

/// A parameter, called through AWS's SDK.
pub(crate) struct SsmParameter {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) region: String,
}

impl SsmParameter {
    fn doing(&self, what: &str) -> String {
        format!("{what} `{}` in `{}`", self.name, self.region)
    }

    async fn get(&self, selector: String) -> Result<Stored, AwsError> {
        let answered = Answered::default();
        let request = self.client.get_parameter().name(selector).customize();
        let answer = request.interceptor(answered.clone()).send().await;
        let output = answer.map_err(|error| describe(&error, self.doing("read")))?;
        let Some(parameter) = output.parameter else {
            let (doing, reason) = (self.doing("read"), "no value".into());
            return Err(AwsError { kind: AwsErrorKind::Missing, doing, reason });
        };
        Ok(Stored {
            version: parameter.version.unsigned_abs(),
            text: parameter.value.unwrap_or_default(),
            modified: timestamp(parameter.last_modified_date),
            user: None,
            answered: answered.at(),
        })
    }

    fn put(&self, text: &str) -> PutParameterFluentBuilder {
        let request = self.client.put_parameter().name(&self.name).value(text);
        request.r#type(ParameterType::String)
    }

    /// Sends a write once. The SDK would repeat a write whose answer was lost, without checking whether it succeeded.
    async fn send(&self, request: PutParameterFluentBuilder) -> Result<u64, AwsError> {
        let once = Builder::default().retry_config(RetryConfig::disabled());
        let answer = request.customize().config_override(once).send().await;
        match answer {
            Ok(output) => Ok(output.version.unsigned_abs()),
            Err(error) => Err(self.with_label(describe(&error, self.doing("write"))).await),
        }
    }

    /// Names the label that blocks a write, and the command that moves it to the latest version.
    ///
    /// AWS keeps 100 versions and refuses the next one while the oldest has a label (page
    /// `sysman-paramstore-versions`). Without the right to read the history, the error stays as it is.
    async fn with_label(&self, error: AwsError) -> AwsError {
        if error.kind != AwsErrorKind::Labelled {
            return error;
        }
        let Ok(Some(label)) = self.label().await else { return error };
        let Label { version, name } = &label;
        let mover = label.mover(&self.name, &self.region);
        let reason = format!(
            "AWS keeps 100 versions, and the oldest one, {version}, has the label `{name}`: {mover} moves it"
        );
        AwsError { reason, ..error }
    }

    async fn label(&self) -> Result<Option<Label>, AwsError> {
        let request = self.client.get_parameter_history().name(&self.name).max_results(OLDEST);
        let answer = request.send().await;
        let output = answer.map_err(|error| describe(&error, self.doing("read the labels of")))?;
        let mut versions = output.parameters.unwrap_or_default().into_iter();
        Ok(versions.find_map(|one| {
            let name = one.labels?.into_iter().next()?;
            Some(Label { version: one.version.unsigned_abs(), name })
        }))
    }

    async fn versions(&self) -> Result<Vec<Stored>, AwsError> {
        let request = self.client.get_parameter_history().name(&self.name);
        let pages = request.into_paginator().send().collect::<Result<Vec<_>, _>>().await;
        let pages = pages.map_err(|error| describe(&error, self.doing("read the history of")))?;
        let versions = pages.into_iter().flat_map(|page| page.parameters.unwrap_or_default());
        let stored = versions.map(|one| Stored {
            version: one.version.unsigned_abs(),
            text: one.value.unwrap_or_default(),
            modified: timestamp(one.last_modified_date),
            user: one.last_modified_user,
            answered: None,
        });
        Ok(stored.collect())
    }
}

impl ParameterClient for SsmParameter {
    fn name(&self) -> &str {
        &self.name
    }

    fn region(&self) -> &str {
        &self.region
    }

    fn read(&self) -> Answer<'_, Stored> {
        Box::pin(self.get(self.name.clone()))
    }

    fn read_version(&self, version: u64) -> Answer<'_, Stored> {
        Box::pin(self.get(format!("{}:{version}", self.name)))
    }

    fn write<'a>(&'a self, text: &'a str) -> Answer<'a, u64> {
        Box::pin(self.send(self.put(text).overwrite(true)))
    }

    fn create<'a>(&'a self, text: &'a str) -> Answer<'a, u64> {
        Box::pin(self.send(self.put(text).overwrite(false)))
    }

    fn history(&self) -> Answer<'_, Vec<Stored>> {
        Box::pin(self.versions())
    }

    fn oldest_label(&self) -> Answer<'_, Option<Label>> {
        Box::pin(self.label())
    }
}

/// AWS always returns a date; fall back to the epoch.
fn timestamp(date: Option<DateTime>) -> Timestamp {
    Timestamp(date.and_then(|date| date.to_millis().ok()).unwrap_or_default())
}
