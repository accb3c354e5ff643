use std::fmt;

use hyper::StatusCode;
use thiserror::Error;

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SsmError {
    /// Parameter Store refused.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The connection ended without an answer, as [`Fault::Dropped`](crate::Fault::Dropped) tells it to.
    #[error("the connection was dropped")]
    Dropped,
}

/// An error of Parameter Store, as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct ServiceError {
    /// Its type.
    pub code: ErrorCode,
    /// AWS's words, where they are known. Empty for [`ErrorCode::ParameterNotFound`], as AWS leaves it.
    pub message: String,
}

impl ServiceError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ValidationException, message)
    }

    /// A field that breaks a limit of the service's model.
    pub(crate) fn breaks(field: &str, limit: fmt::Arguments<'_>) -> Self {
        Self::invalid(format!(
            "1 validation error detected: Value at '{field}' failed to satisfy constraint: Member must have {limit}"
        ))
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = if self.message.is_empty() { "no message" } else { &self.message };
        write!(f, "{}: {message}", self.code.as_str())
    }
}

/// The types of errors, those of page `CommonErrors` and of the operations in the Systems Manager reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// No permission.
    AccessDeniedException,
    /// More than 15 levels in a name.
    HierarchyLevelLimitExceededException,
    /// Trouble of the service's own.
    InternalServerError,
    /// A token for the next page that no page has given.
    InvalidNextToken,
    /// A write without `Overwrite` of a parameter that exists.
    ParameterAlreadyExists,
    /// No parameter of this name.
    ParameterNotFound,
    /// No such version of a parameter that exists.
    ParameterVersionNotFound,
    /// A body that is not JSON, or of the wrong types.
    SerializationException,
    /// Too many calls.
    ThrottlingException,
    /// An operation that this endpoint does not have.
    UnknownOperationException,
    /// A type other than `String`.
    UnsupportedParameterType,
    /// A field that breaks a rule.
    ValidationException,
}

impl ErrorCode {
    /// The code's name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessDeniedException => "AccessDeniedException",
            Self::HierarchyLevelLimitExceededException => "HierarchyLevelLimitExceededException",
            Self::InternalServerError => "InternalServerError",
            Self::InvalidNextToken => "InvalidNextToken",
            Self::ParameterAlreadyExists => "ParameterAlreadyExists",
            Self::ParameterNotFound => "ParameterNotFound",
            Self::ParameterVersionNotFound => "ParameterVersionNotFound",
            Self::SerializationException => "SerializationException",
            Self::ThrottlingException => "ThrottlingException",
            Self::UnknownOperationException => "UnknownOperationException",
            Self::UnsupportedParameterType => "UnsupportedParameterType",
            Self::ValidationException => "ValidationException",
        }
    }

    /// The HTTP status that it comes with: 400, or 500 for the service's own trouble.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::InternalServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::AccessDeniedException
            | Self::HierarchyLevelLimitExceededException
            | Self::InvalidNextToken
            | Self::ParameterAlreadyExists
            | Self::ParameterNotFound
            | Self::ParameterVersionNotFound
            | Self::SerializationException
            | Self::ThrottlingException
            | Self::UnknownOperationException
            | Self::UnsupportedParameterType
            | Self::ValidationException => StatusCode::BAD_REQUEST,
        }
    }
}
