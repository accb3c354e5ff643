use serde::{Deserialize, Serialize};

use crate::Extra;
use crate::field::given;

/// The viewer's request body; only functions with "Include Body" get one.
///
/// Source: pages `lambda-event-structure` and `lambda-at-edge-function-restrictions`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// Whether CloudFront cut the body: above 40 KB for viewer triggers, 1 MB for origin triggers.
    /// Read-only.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub input_truncated: Option<bool>,
    /// Whether CloudFront forwards the viewer's body or `data`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub action: Option<BodyAction>,
    /// How `data` is written; CloudFront sends base64.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<BodyEncoding>,
    /// The content.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Body {
    /// A body that takes the place of the viewer's.
    pub fn replace(encoding: BodyEncoding, data: impl Into<String>) -> Body {
        Body {
            action: Some(BodyAction::Replace),
            encoding: Some(encoding),
            data: Some(data.into()),
            ..Body::default()
        }
    }
}

/// What CloudFront does with the `data` of a returned body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyAction {
    /// The origin gets the viewer's body, whole, whatever `data` holds.
    ReadOnly,
    /// The origin gets `data`.
    Replace,
}

/// How a body is written in the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BodyEncoding {
    /// Base64 of the bytes; the default of request bodies.
    Base64,
    /// The text itself; the default of response bodies.
    Text,
}
