use futures_util::future::BoxFuture;

use crate::aws::{Alarms, AwsError, Bucket, Distribution, ParameterClient};

/// The future result of a call to AWS.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, AwsError>>;

/// An AWS account, or a substitute for one in tests.
pub trait Cloud: Send + Sync {
    /// A parameter in Parameter Store, whether it exists or not.
    fn parameter(&self, name: &str, region: &str) -> Box<dyn ParameterClient>;
    /// A CloudFront distribution.
    fn distribution(&self, id: &str) -> Box<dyn Distribution>;
    /// An S3 bucket.
    fn bucket(&self, name: &str) -> Box<dyn Bucket>;
    /// CloudWatch's alarms in a Region.
    fn alarms(&self, region: &str) -> Box<dyn Alarms>;
}
