use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::{
    CacheBehaviors, DistributionSummary, LambdaFunctionAssociation, LambdaFunctionAssociations,
};
use serde::Serialize;

use crate::aws::AwsError;
use crate::aws::sdk_error::describe;

/// The distributions of the account, called through AWS's SDK.
#[derive(Debug, Clone)]
pub(crate) struct Associations {
    client: Client,
}

/// A function that a behavior of a distribution runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Association {
    pub(crate) distribution: String,
    /// The path pattern; `default` for the default behavior.
    pub(crate) behavior: String,
    /// The trigger, for example `viewer-request`.
    pub(crate) event: String,
    /// The ARN of the version.
    pub(crate) version: String,
}

impl Associations {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Reads the associations of all distributions.
    ///
    /// # Errors
    /// When CloudFront refuses.
    pub(crate) async fn read(&self) -> Result<Vec<Association>, AwsError> {
        let (mut associations, mut marker) = (Vec::new(), None);
        loop {
            let listed = self.client.list_distributions().set_marker(marker).send().await;
            let listed = listed.map_err(|error| describe(&error, "list the distributions"))?;
            let Some(page) = listed.distribution_list else { return Ok(associations) };
            associations.extend(page.items.iter().flatten().flat_map(of));
            marker = page.next_marker.filter(|_| page.is_truncated);
            if marker.is_none() {
                return Ok(associations);
            }
        }
    }
}

fn of(summary: &DistributionSummary) -> Vec<Association> {
    let default = summary.default_cache_behavior.as_ref();
    let default = default.map(|behavior| ("default", behavior.lambda_function_associations()));
    let others = summary.cache_behaviors.iter().flat_map(CacheBehaviors::items);
    let others =
        others.map(|behavior| (behavior.path_pattern(), behavior.lambda_function_associations()));
    let behaviors = default.into_iter().chain(others);
    behaviors.flat_map(|(pattern, list)| each(&summary.id, pattern, list)).collect()
}

fn each(
    distribution: &str,
    behavior: &str,
    list: Option<&LambdaFunctionAssociations>,
) -> Vec<Association> {
    let items = list.map(LambdaFunctionAssociations::items).unwrap_or_default();
    let association = |one: &LambdaFunctionAssociation| Association {
        distribution: distribution.to_owned(),
        behavior: behavior.to_owned(),
        event: one.event_type().as_str().to_owned(),
        version: one.lambda_function_arn().to_owned(),
    };
    items.iter().map(association).collect()
}
