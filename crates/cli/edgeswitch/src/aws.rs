//! The AWS services that the control program calls: a trait for each, implemented with AWS's SDK.

mod account;
mod alarms;
mod answered;
mod answers;
mod athena;
mod balancer;
mod bucket;
mod bus;
mod cloud;
mod configuration;
mod deployer;
mod distribution;
mod error;
mod log_bucket;
mod parameter;
mod raw;
mod records;
mod sdk_error;

pub use account::Account;
pub use alarms::{Alarm, AlarmState, Alarms};
pub use answers::Answers;
pub(crate) use athena::{Athena, AthenaState, Statement};
pub use balancer::Balancer;
pub use bucket::Bucket;
pub use bus::Bus;
pub use cloud::{Answer, Cloud};
pub use configuration::{Configuration, Configured, Deployment, DistributionState};
pub(crate) use deployer::{
    Action, Association, BucketOwner, ChangeSetKind, ChangeSetStatus, ChangedResource, FoundBucket,
    Functions, Mark, PackagesBucket, Part, Stack, StackEvent, StackState, US_EAST_1, Value,
};
pub use deployer::{Deployer, Invoked};
pub use distribution::{Distribution, Invalidation};
pub use error::{AwsError, AwsErrorKind};
pub(crate) use log_bucket::{LogBucket, LogObject};
pub use parameter::{Label, ParameterClient, Stored};
pub use records::WeightedRecords;
