//! The services with which the functions are deployed. Lambda@Edge takes functions of us-east-1 only.

mod associations;
mod functions;
mod packages_bucket;
mod policies;
mod stack;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;

use crate::aws::sdk_error::describe;
use crate::aws::{Athena, AwsError, AwsErrorKind, LogBucket};

pub(crate) use associations::{Association, Associations, Part};
pub use functions::Invoked;
pub(crate) use functions::{Functions, Mark};
pub(crate) use packages_bucket::{BucketOwner, FoundBucket, PackagesBucket};
pub(crate) use policies::PolicyNames;
pub(crate) use stack::{
    Action, ChangeSetKind, ChangeSetStatus, ChangedResource, Stack, StackEvent, StackState, Value,
};

/// The Region of the functions, of their stack and of their packages.
pub(crate) const US_EAST_1: &str = "us-east-1";

/// The longest wait for the upload of a package, and for the first event of a function.
const PATIENT: Duration = Duration::from_secs(120);

/// What the commands that deploy the functions call.
#[derive(Debug, Clone)]
pub struct Deployer {
    us_east_1: SdkConfig,
}

impl Deployer {
    /// `us_east_1` has the account's credentials.
    pub(crate) fn new(us_east_1: SdkConfig) -> Self {
        Self { us_east_1 }
    }

    /// The account's number. STS needs no permission for this.
    ///
    /// # Errors
    /// When STS gives no number.
    pub(crate) async fn account_id(&self) -> Result<String, AwsError> {
        let doing = "read the number of the account";
        let client = aws_sdk_sts::Client::new(&self.us_east_1);
        let identity = client.get_caller_identity().send().await;
        let identity = identity.map_err(|error| describe(&error, doing))?;
        identity.account.ok_or_else(|| incomplete(doing, "the number"))
    }

    /// A stack of CloudFormation in us-east-1, whether it exists or not.
    pub(crate) fn stack(&self, name: impl Into<String>) -> Stack {
        Stack::new(aws_sdk_cloudformation::Client::new(&self.us_east_1), name.into())
    }

    /// A bucket in us-east-1 of this account for a project, whether it exists or not.
    pub(crate) fn packages(
        &self,
        name: impl Into<String>,
        account: impl Into<String>,
        project: impl Into<String>,
    ) -> PackagesBucket {
        let by_path = self.us_east_1.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(&self.patient()).force_path_style(by_path);
        let client = aws_sdk_s3::Client::from_conf(config.build());
        PackagesBucket::new(client, name.into(), account.into(), project.into())
    }

    /// A bucket with access logs, in any Region.
    pub(crate) fn log_bucket(&self, name: &str) -> LogBucket {
        let by_path = self.us_east_1.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(&self.us_east_1).force_path_style(by_path);
        LogBucket::new(aws_sdk_s3::Client::from_conf(config.build()), name)
    }

    /// Athena in a Region.
    pub(crate) fn athena(&self, region: &str) -> Athena {
        let region = aws_config::Region::new(region.to_owned());
        let sdk = self.us_east_1.clone().into_builder().region(region).build();
        Athena::new(aws_sdk_athena::Client::new(&sdk))
    }

    /// Lambda in a Region.
    pub(crate) fn functions(&self, region: &str) -> Functions {
        let region = aws_config::Region::new(region.to_owned());
        let sdk = self.patient().into_builder().region(region).build();
        Functions::new(aws_sdk_lambda::Client::new(&sdk))
    }

    /// Lambda in a Region, for functions that may run for minutes: no call ends by itself, or is repeated.
    pub(crate) fn unhurried_functions(&self, region: &str) -> Functions {
        let region = aws_config::Region::new(region.to_owned());
        let sdk = self.unhurried().into_builder().region(region).build();
        Functions::new(aws_sdk_lambda::Client::new(&sdk))
    }

    /// The functions and policies that the account's distributions have.
    pub(crate) fn associations(&self) -> Associations {
        Associations::new(aws_sdk_cloudfront::Client::new(&self.us_east_1))
    }

    /// The names of the account's policies.
    pub(crate) fn policy_names(&self) -> PolicyNames {
        PolicyNames::new(aws_sdk_cloudfront::Client::new(&self.us_east_1))
    }

    fn patient(&self) -> SdkConfig {
        let known = self.us_east_1.timeout_config().map(TimeoutConfig::to_builder);
        let timeouts = known.unwrap_or_default();
        let timeouts = timeouts.operation_attempt_timeout(PATIENT).operation_timeout(3 * PATIENT);
        self.us_east_1.clone().into_builder().timeout_config(timeouts.build()).build()
    }

    fn unhurried(&self) -> SdkConfig {
        let known = self.us_east_1.timeout_config().and_then(TimeoutConfig::connect_timeout);
        let mut timeouts = TimeoutConfig::builder();
        timeouts.set_connect_timeout(known);
        let sdk = self.us_east_1.clone().into_builder().timeout_config(timeouts.build());
        sdk.retry_config(RetryConfig::disabled()).build()
    }
}

fn incomplete(doing: impl Into<String>, field: &str) -> AwsError {
    let reason = format!("the answer lacks {field}");
    AwsError { kind: AwsErrorKind::Internal, doing: doing.into(), reason }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_hook_is_called_once_and_may_take_its_time() {
        let second = Duration::from_secs(1);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(second)
            .read_timeout(second)
            .operation_attempt_timeout(second)
            .operation_timeout(second);
        let sdk = SdkConfig::builder().timeout_config(timeouts.build()).build();
        let sdk = Deployer::new(sdk).unhurried();
        let timeouts = sdk.timeout_config().unwrap();
        assert_eq!(timeouts.connect_timeout(), Some(second));
        assert_eq!(timeouts.read_timeout(), None);
        assert_eq!(
            (timeouts.operation_attempt_timeout(), timeouts.operation_timeout()),
            (None, None)
        );
        assert_eq!(sdk.retry_config().map(RetryConfig::max_attempts), Some(1));
    }
}
