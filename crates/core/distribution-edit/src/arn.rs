use std::fmt;

use thiserror::Error;

/// The only Region whose functions CloudFront takes.
const REGION: &str = "us-east-1";

/// The ARN of a numbered version of a function in us-east-1: the only kind that CloudFront takes (page
/// `edge-function-restrictions-all`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionArn {
    text: String,
    account: String,
    name: String,
    version: String,
}

/// A text is not the ARN of a numbered version in us-east-1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ArnError {
    #[error("`{0}` is not the ARN of a Lambda function")]
    NoFunction(String),
    #[error("`{arn}` is in `{region}`: CloudFront takes only functions in `us-east-1`")]
    Region { arn: String, region: String },
    #[error("`{0}` names no version: CloudFront takes only numbered versions")]
    NoVersion(String),
    #[error("`{arn}` names `{qualifier}`: CloudFront takes only numbered versions")]
    Qualifier { arn: String, qualifier: String },
}

impl VersionArn {
    /// # Errors
    /// If `text` is the ARN of anything else.
    pub fn parse(text: &str) -> Result<Self, ArnError> {
        let arn = || text.to_owned();
        let parts: Vec<&str> = text.split(':').collect();
        let (region, account, name, qualifier) = match parts.as_slice() {
            ["arn", _, "lambda", region, account, "function", name] => {
                (*region, *account, *name, None)
            }
            ["arn", _, "lambda", region, account, "function", name, qualifier] => {
                (*region, *account, *name, Some(*qualifier))
            }
            _ => return Err(ArnError::NoFunction(arn())),
        };
        if region != REGION {
            return Err(ArnError::Region { arn: arn(), region: region.into() });
        }
        let qualifier = qualifier.ok_or_else(|| ArnError::NoVersion(arn()))?;
        let is_number =
            !qualifier.is_empty() && qualifier.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            return Err(ArnError::Qualifier { arn: arn(), qualifier: qualifier.into() });
        }
        Ok(Self {
            text: arn(),
            account: account.into(),
            name: name.into(),
            version: qualifier.into(),
        })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The function's name: `shop-viewer-request`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// `shop-viewer-request:3`
impl fmt::Display for VersionArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.version)
    }
}

/// The name in any function's ARN: `shop-edge` of `arn:aws:lambda:us-east-1:123456789012:function:shop-edge:3`.
pub(crate) fn function_name(arn: &str) -> Option<&str> {
    let (_, name) = arn.split_once(":function:")?;
    name.split(':').next()
}

/// An ARN in few words: `shop-edge:3`.
pub(crate) fn short(arn: &str) -> &str {
    arn.split_once(":function:")
        .or_else(|| arn.split_once(":function/"))
        .map_or(arn, |(_, name)| name)
}
