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

/// CloudFront has one Region.
const GLOBAL: &str = "us-east-1";

/// An AWS account, behind AWS's SDK.
#[derive(Debug, Clone)]
pub struct Account {
    sdk: SdkConfig,
}

impl Account {
    /// Credentials and endpoints of the standard chain: `AWS_PROFILE`, `AWS_ENDPOINT_URL`, SSO, the files in
    /// `~/.aws`. The Region is named by whoever asks, never by the environment.
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

    /// Credentials, endpoint and HTTP client of `sdk`.
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

    /// An endpoint of one's own serves all buckets by their paths: it has no name for each.
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

/// ring and not aws-lc: the latter's first random number costs 30 ms of CPU.
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
