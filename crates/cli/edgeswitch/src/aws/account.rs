use std::collections::BTreeMap;
use std::env;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ssm::config::SharedHttpClient;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use edge_config::{LoadBalancer, Records};
use futures_util::future::BoxFuture;

use crate::aws::alarms::CloudWatchAlarms;
use crate::aws::answers::AccountAnswers;
use crate::aws::balancer::ElbBalancer;
use crate::aws::bucket::S3Bucket;
use crate::aws::bus::{EventBus, NoBus};
use crate::aws::configuration::CloudFrontConfiguration;
use crate::aws::distribution::CloudFrontDistribution;
use crate::aws::parameter::SsmParameter;
use crate::aws::records::Route53Records;
use crate::aws::{
    Alarms, Answer, Answers, Balancer, Bucket, Bus, Cloud, Configuration, Deployer, Distribution,
    ParameterClient, WeightedRecords,
};

/// The Region of CloudFront's API. It is the first Region for S3 too, which names the right one if it differs.
const GLOBAL: &str = "us-east-1";

/// The longest wait for the account's number.
const IDENTITY: Duration = Duration::from_secs(3);

/// An AWS account, called through AWS's SDK.
#[derive(Debug, Clone)]
pub struct Account {
    sdk: SdkConfig,
    /// The address of a Parameter Store that is not AWS's.
    endpoint: Option<String>,
    /// Whether it is `edgeswitch dev`, which has no event bus.
    is_local: bool,
}

impl Account {
    /// Takes credentials and endpoints from the SDK's standard chain: `AWS_PROFILE`, `AWS_ENDPOINT_URL`, SSO and
    /// the files in `~/.aws`. The Region never comes from the environment: each call names it.
    pub async fn from_env() -> Self {
        let sdk = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client())
            .region(Region::new(GLOBAL))
            .timeout_config(timeouts())
            .retry_config(RetryConfig::standard())
            .load()
            .await;
        let endpoint = env::var("AWS_ENDPOINT_URL_SSM").ok();
        let endpoint = endpoint.or_else(|| sdk.endpoint_url().map(ToOwned::to_owned));
        Self { sdk, endpoint, is_local: false }
    }

    /// The Parameter Store of `edgeswitch dev`. Nothing of the environment reaches it, and every other service
    /// has the same address, so no call leaves for AWS.
    #[must_use]
    pub fn local(endpoint: &str) -> Self {
        let any = Credentials::new("any", "any", None, None, "edgeswitch dev");
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(http_client())
            .region(Region::new(GLOBAL))
            .timeout_config(timeouts())
            .retry_config(RetryConfig::standard())
            .credentials_provider(SharedCredentialsProvider::new(any))
            .endpoint_url(endpoint)
            .build();
        Self { sdk, endpoint: Some(endpoint.to_owned()), is_local: true }
    }

    /// Takes the credentials, endpoint and HTTP client of `sdk`.
    #[must_use]
    pub fn new(sdk: SdkConfig) -> Self {
        Self { sdk, endpoint: None, is_local: false }
    }

    /// The same account, without a second attempt after an error.
    pub(crate) fn without_retries(self) -> Self {
        let sdk = self.sdk.into_builder().retry_config(RetryConfig::disabled()).build();
        Self { sdk, ..self }
    }

    pub(crate) fn in_region(&self, region: &str) -> SdkConfig {
        self.sdk.clone().into_builder().region(Region::new(region.to_owned())).build()
    }

    /// A custom endpoint has no host name for each bucket, so buckets are then addressed by path.
    pub(crate) fn s3(&self, region: &str) -> aws_sdk_s3::Client {
        let sdk = self.in_region(region);
        let by_path = sdk.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(&sdk).force_path_style(by_path);
        aws_sdk_s3::Client::from_conf(config.build())
    }
}

impl Cloud for Account {
    fn parameter(&self, name: &str, region: &str) -> Box<dyn ParameterClient> {
        let client = aws_sdk_ssm::Client::new(&self.in_region(region));
        Box::new(SsmParameter { client, name: name.into(), region: region.into() })
    }

    fn distribution(&self, id: &str) -> Box<dyn Distribution> {
        let client = Arc::new(aws_sdk_cloudfront::Client::new(&self.in_region(GLOBAL)));
        Box::new(CloudFrontDistribution { client, id: id.into() })
    }

    fn configuration(&self, id: &str) -> Box<dyn Configuration> {
        let client = Arc::new(aws_sdk_cloudfront::Client::new(&self.in_region(GLOBAL)));
        Box::new(CloudFrontConfiguration { client, id: id.into() })
    }

    fn outputs<'a>(&'a self, stack: &'a str) -> Answer<'a, Option<BTreeMap<String, String>>> {
        let stack = self.deployer().stack(stack);
        Box::pin(async move { Ok(stack.read().await?.map(|state| state.outputs)) })
    }

    fn bucket(&self, name: &str) -> Box<dyn Bucket> {
        Box::new(S3Bucket { client: Arc::new(self.s3(GLOBAL)), name: name.into() })
    }

    fn answers(&self) -> Box<dyn Answers> {
        Box::new(AccountAnswers(self.clone()))
    }

    /// Asks STS, which needs no permission for this. The question must not wait for it long.
    fn address(&self) -> BoxFuture<'_, Option<String>> {
        if let Some(endpoint) = &self.endpoint {
            return Box::pin(async move { Some(format!("at {endpoint}")) });
        }
        let sdk = self.in_region(GLOBAL);
        let config = aws_sdk_sts::config::Builder::from(&sdk)
            .timeout_config(TimeoutConfig::builder().operation_timeout(IDENTITY).build())
            .retry_config(RetryConfig::disabled());
        let client = aws_sdk_sts::Client::from_conf(config.build());
        Box::pin(async move {
            let identity = client.get_caller_identity().send().await.ok()?;
            Some(format!("of account {}", identity.account()?))
        })
    }

    fn alarms(&self, region: &str) -> Box<dyn Alarms> {
        let client = aws_sdk_cloudwatch::Client::new(&self.in_region(region));
        Box::new(CloudWatchAlarms { client, region: region.into() })
    }

    fn bus(&self, region: &str) -> Box<dyn Bus> {
        if self.is_local {
            return Box::new(NoBus);
        }
        let client = aws_sdk_eventbridge::Client::new(&self.in_region(region));
        Box::new(EventBus { client, region: region.into() })
    }

    fn balancer(&self, follower: &LoadBalancer) -> Box<dyn Balancer> {
        let sdk = self.in_region(follower.region());
        let client = aws_sdk_elasticloadbalancingv2::Client::new(&sdk);
        Box::new(ElbBalancer { client, follower: follower.clone() })
    }

    fn records(&self, follower: &Records) -> Box<dyn WeightedRecords> {
        let client = aws_sdk_route53::Client::new(&self.in_region(GLOBAL));
        Box::new(Route53Records { client, follower: follower.clone(), seen: Mutex::default() })
    }

    fn deployer(&self) -> Deployer {
        Deployer::new(self.in_region(GLOBAL))
    }
}

/// Uses ring instead of aws-lc, whose first random number costs 30 ms of CPU time.
fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(Duration::from_secs(5))
        .operation_timeout(Duration::from_secs(20))
        .build()
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region, SdkConfig};
    use aws_credential_types::Credentials;
    use aws_credential_types::provider::SharedCredentialsProvider;
    use axum::Router;
    use tokio::net::TcpListener;

    use super::{Account, http_client};
    use crate::aws::Cloud;

    const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
        <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/alice</Arn><UserId>A</UserId>\
        <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

    /// An STS on loopback that gives every request the same answer.
    async fn sts(answer: &'static str) -> Account {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(move || async move { answer });
        tokio::spawn(async move { axum::serve(listener, router).await });
        let any = Credentials::new("any", "any", None, None, "tests");
        Account::new(
            SdkConfig::builder()
                .behavior_version(BehaviorVersion::latest())
                .http_client(http_client())
                .region(Region::new("us-east-1"))
                .credentials_provider(SharedCredentialsProvider::new(any))
                .endpoint_url(url)
                .build(),
        )
    }

    #[tokio::test]
    async fn a_question_names_the_account_or_the_endpoint() {
        let known = sts(IDENTITY).await.address().await;
        assert_eq!(known.as_deref(), Some("of account 123456789012"));
        assert_eq!(sts("no XML").await.address().await, None);
        let local = Account::local("http://127.0.0.1:8082").address().await;
        assert_eq!(local.as_deref(), Some("at http://127.0.0.1:8082"));
    }
}
