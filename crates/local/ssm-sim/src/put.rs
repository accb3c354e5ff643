use crate::error::{ErrorCode, ServiceError};

/// The largest value of a standard parameter (page `parameter-store-advanced-parameters` of the Systems
/// Manager guide).
pub const MAX_VALUE_BYTES: usize = 4096;
const MAX_DESCRIPTION: usize = 1024;

const TOO_LARGE: &str = "Standard tier parameters support a maximum parameter value of 4096 characters. To \
     create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more \
     information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html";
const NESTED: &str =
    "Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.";
const EXISTS: &str = "The parameter already exists. To overwrite this value, set the overwrite option in the \
     request to true.";

/// A write of a new parameter, or of the next version of an existing one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Put {
    /// The parameter: `/shop/plan`, at most 15 levels of `A-Z a-z 0-9 . - _`.
    pub name: String,
    /// The new value, 1 to 4,096 bytes.
    pub value: String,
    /// Whether to write a new version if the parameter exists. Otherwise such a write is refused.
    pub overwrite: bool,
    /// A description of this version, for people; at most 1,024 characters.
    pub description: Option<String>,
    /// The name of the user who writes. If empty, it is `local`.
    pub user: String,
}

impl Put {
    /// Checks everything but the name.
    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        if self.value.is_empty() {
            let limit = format_args!("length greater than or equal to 1");
            return Err(ServiceError::limit("value", limit));
        }
        if self.value.len() > MAX_VALUE_BYTES {
            return Err(ServiceError::invalid(TOO_LARGE));
        }
        if self.value.split_once("{{").is_some_and(|(_, rest)| rest.contains("}}")) {
            return Err(ServiceError::invalid(NESTED));
        }
        let description = self.description.as_deref().unwrap_or_default();
        if description.chars().count() > MAX_DESCRIPTION {
            let limit = format_args!("length less than or equal to {MAX_DESCRIPTION}");
            return Err(ServiceError::limit("description", limit));
        }
        Ok(())
    }

    pub(crate) fn exists() -> ServiceError {
        ServiceError::new(ErrorCode::ParameterAlreadyExists, EXISTS)
    }
}
