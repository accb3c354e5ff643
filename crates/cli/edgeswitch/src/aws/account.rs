use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ssm::config::SharedHttpClient;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use crate::aws::alarms::CloudWatchAlarms;
use crate::aws::bucket::S3Bucket;
use crate::aws::distribution::CloudFrontDistribution;
use crate::aws::parameter::SsmParameter;
use crate::aws::{Alarms, Bucket, Cloud, Distribution, ParameterClient};

/// The Region of CloudFront's API. It is the first Region for S3 too, which names the right one if it differs.
const GLOBAL: &str = "us-east-1";

/// An AWS account, called through AWS's SDK.
#[derive(Debug, Clone)]
pub struct Account {
    sdk: SdkConfig,
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
        Self { sdk }
    }

    /// Takes the credentials, endpoint and HTTP client of `sdk`.
    #[must_use]
    pub fn new(sdk: SdkConfig) -> Self {
        Self { sdk }
    }

    fn in_region(&self, region: &str) -> SdkConfig {
        self.sdk.clone().into_builder().region(Region::new(region.to_owned())).build()
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

    /// A custom endpoint has no host name for each bucket, so buckets are then addressed by path.
    fn bucket(&self, name: &str) -> Box<dyn Bucket> {
        let sdk = self.in_region(GLOBAL);
        let by_path = sdk.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(&sdk).force_path_style(by_path);
        let client = Arc::new(aws_sdk_s3::Client::from_conf(config.build()));
        Box::new(S3Bucket { client, name: name.into() })
    }

    fn alarms(&self, region: &str) -> Box<dyn Alarms> {
        let client = aws_sdk_cloudwatch::Client::new(&self.in_region(region));
        Box::new(CloudWatchAlarms { client, region: region.into() })
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
