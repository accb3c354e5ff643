use cloudfront_sim::FunctionError;
use serde::Deserialize;

/// The error document of a function (page `runtimes-api` of Lambda's guide).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Unhandled {
    #[serde(default = "unknown")]
    pub(crate) error_type: String,
    pub(crate) error_message: String,
}

impl Unhandled {
    /// If the document has another format, its whole text becomes the message.
    pub(crate) fn read(document: &[u8]) -> Self {
        serde_json::from_slice(document).unwrap_or_else(|_| Self {
            error_type: unknown(),
            error_message: String::from_utf8_lossy(document).into_owned(),
        })
    }
}

impl From<Unhandled> for FunctionError {
    fn from(Unhandled { error_type, error_message }: Unhandled) -> Self {
        Self::Failed(format!("{error_type}: {error_message}"))
    }
}

/// Lambda's type for an error without a type.
fn unknown() -> String {
    "Runtime.Unknown".to_owned()
}
