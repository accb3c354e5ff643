use serde::{Deserialize, Serialize};

use crate::Extra;
use crate::field::given;

/// The body of the viewer's request. Only functions with "Include Body" receive it.
///
/// AWS: [Access the request body by choosing the include body option][guide].
///
/// [guide]: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-include-body-access.html
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Body {
    /// Whether CloudFront truncated the body: above 40 KB for viewer-request, 1 MB for origin-request.
    /// Read-only.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub input_truncated: Option<bool>,
    /// Whether CloudFront sends the viewer's body or [`data`](Body#structfield.data) to the origin.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub action: Option<BodyAction>,
    /// The encoding of [`data`](Body#structfield.data). CloudFront sends base64.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<BodyEncoding>,
    /// The content, in the given encoding.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Fields of `body` that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Body {
    /// A body that the origin receives instead of the viewer's. `data` has to be in `encoding` already.
    #[must_use]
    pub fn replace(encoding: BodyEncoding, data: impl Into<String>) -> Body {
        Body {
            action: Some(BodyAction::Replace),
            encoding: Some(encoding),
            data: Some(data.into()),
            ..Body::default()
        }
    }
}

/// Which body CloudFront sends to the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyAction {
    /// The viewer's, not truncated. CloudFront ignores the `data` that the function returns.
    ReadOnly,
    /// The `data` that the function returns.
    Replace,
}

/// How the JSON holds a body.
///
/// The enum is exhaustive on purpose: code that decodes a body has to handle every encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BodyEncoding {
    /// Base64 with the standard alphabet and padding. The default of request bodies.
    Base64,
    /// The text itself. The default of response bodies.
    Text,
}
