use thiserror::Error;

use crate::failure::{Advice, Failure};

/// Why AWS did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{doing}: {reason}")]
pub struct AwsError {
    /// What kind of trouble it is.
    pub kind: AwsErrorKind,
    /// What was being done: "read `/shop/plan` in `eu-central-1`".
    pub doing: String,
    /// What AWS or the network said.
    pub reason: String,
}

/// What can be done about an error depends on this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwsErrorKind {
    /// Nobody is signed in.
    NoCredentials,
    /// Whoever is signed in may not do this, or is signed in no more.
    Denied,
    /// There is no such thing.
    Missing,
    /// The parameter is there, and not in this version.
    NoVersion,
    /// There is such a thing already.
    Exists,
    /// Too many requests.
    Throttled,
    /// Not reachable, or no answer in time: it may have been done all the same.
    Lost,
    /// Trouble at AWS: it may have been done all the same.
    Internal,
    /// Anything else: the request itself is refused.
    Refused,
}

impl AwsErrorKind {
    /// Whether the same request may succeed a moment later.
    #[must_use]
    pub fn is_passing(self) -> bool {
        match self {
            Self::Throttled | Self::Lost | Self::Internal => true,
            Self::NoCredentials
            | Self::Denied
            | Self::Missing
            | Self::NoVersion
            | Self::Exists
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
                "`aws sts get-caller-identity` tells who you are; AWS_PROFILE names another profile",
            ),
            AwsErrorKind::Missing => failed.hint("check the Region: `--region` names another one"),
            AwsErrorKind::NoVersion => {
                failed.hint("`edgeswitch history` lists the versions that are kept")
            }
            AwsErrorKind::Lost => failed.hint(
                "check the Region and the network; unset AWS_ENDPOINT_URL, or start the endpoint that it names",
            ),
            AwsErrorKind::Throttled | AwsErrorKind::Internal => {
                failed.hint("try again in a moment")
            }
            AwsErrorKind::Refused => failed.hint("check the names and the Region"),
            AwsErrorKind::Exists => failed,
        }
    }
}
