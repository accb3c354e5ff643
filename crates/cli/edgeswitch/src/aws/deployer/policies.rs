use aws_sdk_cloudfront::Client;
use distribution_edit::PolicyId;

use crate::aws::sdk_error::describe;
use crate::aws::{AwsError, AwsErrorKind};

/// The cache policies and origin request policies of the account, called through AWS's SDK.
#[derive(Debug, Clone)]
pub(crate) struct PolicyNames {
    client: Client,
}

impl PolicyNames {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The name of a policy; `None` if there is none with this id.
    ///
    /// # Errors
    /// When CloudFront refuses.
    pub(crate) async fn name(&self, policy: &PolicyId) -> Result<Option<String>, AwsError> {
        let read = match policy {
            PolicyId::Cache(id) => self.cache_policy(id).await,
            PolicyId::OriginRequest(id) => self.origin_request_policy(id).await,
        };
        match read {
            Err(error) if error.kind == AwsErrorKind::NoPolicy => Ok(None),
            read => read,
        }
    }

    async fn cache_policy(&self, id: &str) -> Result<Option<String>, AwsError> {
        let answer = self.client.get_cache_policy().id(id).send().await;
        let doing = || format!("read cache policy `{id}`");
        let output = answer.map_err(|error| describe(&error, doing()))?;
        Ok(output.cache_policy.and_then(|policy| Some(policy.cache_policy_config?.name)))
    }

    async fn origin_request_policy(&self, id: &str) -> Result<Option<String>, AwsError> {
        let answer = self.client.get_origin_request_policy().id(id).send().await;
        let doing = || format!("read origin request policy `{id}`");
        let output = answer.map_err(|error| describe(&error, doing()))?;
        let policy = output.origin_request_policy;
        Ok(policy.and_then(|policy| Some(policy.origin_request_policy_config?.name)))
    }
}
