use std::fmt;

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::{
    CacheBehaviors, DistributionSummary, LambdaFunctionAssociation, LambdaFunctionAssociations,
};

use crate::aws::AwsError;
use crate::aws::sdk_error::describe;

/// The pattern by which people know the default behavior.
const DEFAULT: &str = "*";

/// The distributions of the account, called through AWS's SDK.
#[derive(Debug, Clone)]
pub(crate) struct Associations {
    client: Client,
}

/// A function or a policy that a behavior of a distribution has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Association {
    pub(crate) distribution: String,
    /// The path pattern; `*` for the default behavior.
    pub(crate) behavior: String,
    pub(crate) part: Part,
}

/// The part of a behavior that belongs to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// The trigger, for example `viewer-request`, and the ARN of the version.
    Function { event: String, version: String },
    /// The id of a cache policy.
    CachePolicy(String),
    /// The id of an origin request policy.
    OriginRequestPolicy(String),
}

/// The part in words.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function { event, version } => write!(f, "the function `{version}` at {event}"),
            Self::CachePolicy(id) => write!(f, "the cache policy `{id}`"),
            Self::OriginRequestPolicy(id) => write!(f, "the origin request policy `{id}`"),
        }
    }
}

impl Associations {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Reads the associations of all distributions. Their list has every behavior, so one call says who uses a policy
    /// too.
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
    let default = summary.default_cache_behavior.iter().flat_map(|one| {
        let functions = one.lambda_function_associations();
        parts(functions, one.cache_policy_id(), one.origin_request_policy_id())
            .map(|part| (DEFAULT, part))
    });
    let others = summary.cache_behaviors.iter().flat_map(CacheBehaviors::items).flat_map(|one| {
        let functions = one.lambda_function_associations();
        parts(functions, one.cache_policy_id(), one.origin_request_policy_id())
            .map(|part| (one.path_pattern(), part))
    });
    let association = |(behavior, part): (&str, Part)| Association {
        distribution: summary.id.clone(),
        behavior: behavior.to_owned(),
        part,
    };
    default.chain(others).map(association).collect()
}

/// The parts of one behavior.
fn parts<'a>(
    functions: Option<&'a LambdaFunctionAssociations>,
    cache_policy: Option<&str>,
    origin_request_policy: Option<&str>,
) -> impl Iterator<Item = Part> + use<'a> {
    let functions = functions.map(LambdaFunctionAssociations::items).unwrap_or_default();
    let function = |one: &LambdaFunctionAssociation| Part::Function {
        event: one.event_type().as_str().to_owned(),
        version: one.lambda_function_arn().to_owned(),
    };
    let cache_policy = cache_policy.map(|id| Part::CachePolicy(id.to_owned()));
    let origin_request_policy =
        origin_request_policy.map(|id| Part::OriginRequestPolicy(id.to_owned()));
    functions.iter().map(function).chain(cache_policy).chain(origin_request_policy)
}
