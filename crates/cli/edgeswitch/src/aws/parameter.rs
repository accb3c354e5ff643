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

/// A parameter of Systems Manager in one Region.
pub trait ParameterClient: Send + Sync {
    /// Its name: `/shop/plan`.
    fn name(&self) -> &str;
    /// Its Region.
    fn region(&self) -> &str;
    /// Reads its latest version.
    fn read(&self) -> Answer<'_, Stored>;
    /// Reads one version.
    fn read_version(&self, version: u64) -> Answer<'_, Stored>;
    /// Writes the next version, once, without retries; returns its number. The store has no
    /// compare-and-set: it is the caller who must look whether the number is the one expected.
    fn write<'a>(&'a self, text: &'a str) -> Answer<'a, u64>;
    /// Writes the first version; `Exists` if there is one.
    fn create<'a>(&'a self, text: &'a str) -> Answer<'a, u64>;
    /// The versions that are kept, at most 100, oldest first, with who wrote them.
    fn history(&self) -> Answer<'_, Vec<Stored>>;
}

/// A version of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its number, from 1.
    pub version: u64,
    /// What it holds.
    pub text: String,
    /// When it was written.
    pub modified: Timestamp,
    /// Who wrote it: an ARN. Only the history tells.
    pub user: Option<String>,
    /// AWS's clock when it answered, to the second, if it said so.
    pub answered: Option<Timestamp>,
}

/// A parameter behind AWS's SDK.
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

    /// The SDK would repeat a write whose answer was lost without looking whether it was done.
    async fn send(&self, request: PutParameterFluentBuilder) -> Result<u64, AwsError> {
        let once = Builder::default().retry_config(RetryConfig::disabled());
        let answer = request.customize().config_override(once).send().await;
        let output = answer.map_err(|error| describe(&error, self.doing("write")))?;
        Ok(output.version.unsigned_abs())
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
}

/// AWS always says when; 1970 stands for that it did not.
fn timestamp(date: Option<DateTime>) -> Timestamp {
    Timestamp(date.and_then(|date| date.to_millis().ok()).unwrap_or_default())
}
