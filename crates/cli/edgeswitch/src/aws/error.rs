use thiserror::Error;

use crate::failure::{Advice, Failure};

/// A call to AWS failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{doing}: {reason}")]
pub struct AwsError {
    /// The kind of error.
    pub kind: AwsErrorKind,
    /// The action that failed: "read `/shop/plan` in `eu-central-1`".
    pub doing: String,
    /// The reason that AWS or the network gave.
    pub reason: String,
}

/// The kind of an error. The hint and the decision to retry depend only on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwsErrorKind {
    /// There are no credentials.
    NoCredentials,
    /// The credentials do not allow the call, or have expired.
    Denied,
    /// The resource does not exist.
    Missing,
    /// The distribution does not exist.
    NoDistribution,
    /// A policy of CloudFront does not exist.
    NoPolicy,
    /// The parameter exists, but does not have this version.
    NoVersion,
    /// The resource exists already.
    Exists,
    /// Somebody else has changed the resource since it was read.
    Changed,
    /// The parameter has 100 versions, and the oldest one has a label: AWS deletes it only without one.
    Labelled,
    /// Too many requests.
    Throttled,
    /// The network failed, or no answer came in time. The call may have succeeded.
    Lost,
    /// AWS failed. The call may have succeeded.
    Internal,
    /// AWS refused the request for any other reason.
    Refused,
}

impl AwsErrorKind {
    /// Whether a retry of the same request may succeed.
    #[must_use]
    pub fn is_passing(self) -> bool {
        match self {
            Self::Throttled | Self::Lost | Self::Internal => true,
            Self::NoCredentials
            | Self::Denied
            | Self::Missing
            | Self::NoDistribution
            | Self::NoPolicy
            | Self::NoVersion
            | Self::Exists
            | Self::Changed
            | Self::Labelled
            | Self::Refused => false,
        }
    }
}

impl Failure for AwsError {
    fn advice(&self) -> Advice {
        let failed = Advice::failed();
        match self.kind {
            AwsErrorKind::NoCredentials => failed.hint(
                "sign in with `aws sso login` or `aws configure`, or name a profile: AWS_PROFILE=shop",
            ),
            AwsErrorKind::Denied => failed.hint(
                "`aws sts get-caller-identity` shows your identity; AWS_PROFILE names another profile",
            ),
            AwsErrorKind::Missing => failed.hint("check the Region: `--region` names another one"),
            AwsErrorKind::NoDistribution => failed.hint(
                "check the id and the account: `aws cloudfront list-distributions` lists yours",
            ),
            AwsErrorKind::NoPolicy => failed.hint(
                "`edgeswitch deploy` makes the policies of the functions; `aws cloudfront list-cache-policies --type custom` and `aws cloudfront list-origin-request-policies --type custom` list those of the account",
            ),
            AwsErrorKind::NoVersion => {
                failed.hint("`edgeswitch history` lists the versions that are kept")
            }
            AwsErrorKind::Labelled => {
                failed.hint("move the label to a newer version, then repeat the command")
            }
            AwsErrorKind::Lost => failed.hint(
                "check the Region and the network; unset AWS_ENDPOINT_URL, or start the endpoint that it names",
            ),
            AwsErrorKind::Throttled | AwsErrorKind::Internal => {
                failed.hint("try again in a moment")
            }
            AwsErrorKind::Refused => failed.hint("check the names and the Region"),
            AwsErrorKind::Changed => failed.hint("run the command again: it starts from the new state"),
            AwsErrorKind::Exists => failed,
        }
    }
}
