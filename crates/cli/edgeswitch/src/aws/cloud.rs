use futures_util::future::BoxFuture;

use crate::aws::{Alarms, AwsError, Bucket, Distribution, ParameterClient};

/// What AWS answers, when it does.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, AwsError>>;

/// Where the resources are: an AWS account, or something that stands for one.
pub trait Cloud: Send + Sync {
    /// A parameter of Systems Manager, whether it exists or not.
    fn parameter(&self, name: &str, region: &str) -> Box<dyn ParameterClient>;
    /// A distribution of CloudFront.
    fn distribution(&self, id: &str) -> Box<dyn Distribution>;
    /// A bucket of S3.
    fn bucket(&self, name: &str) -> Box<dyn Bucket>;
    /// The alarms of CloudWatch in a Region.
    fn alarms(&self, region: &str) -> Box<dyn Alarms>;
}
