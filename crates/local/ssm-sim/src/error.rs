use std::fmt;

use hyper::StatusCode;
use thiserror::Error;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SsmError {
    /// Parameter Store answered with an error.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The connection ended without an answer, because of [`Fault::Dropped`](crate::Fault::Dropped) or
    /// [`Fault::AnswerLost`](crate::Fault::AnswerLost).
    #[error("the connection was dropped")]
    Dropped,
}

/// An error of Parameter Store, as sent to the client.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct ServiceError {
    /// The error type.
    pub code: ErrorCode,
    /// AWS's message, where it is known. Empty for [`ErrorCode::ParameterNotFound`], as with AWS.
    pub message: String,
}

impl ServiceError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ValidationException, message)
    }

    /// The error for a field that breaks a limit of the API's model.
    pub(crate) fn limit(field: &str, limit: fmt::Arguments<'_>) -> Self {
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

/// The error types, from page `CommonErrors` and from the operations in the Systems Manager reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The caller has no permission.
    AccessDeniedException,
    /// A name has more than 15 levels.
    HierarchyLevelLimitExceededException,
    /// The service failed.
    InternalServerError,
    /// No page has returned this token.
    InvalidNextToken,
    /// The parameter exists, and the write does not say `Overwrite`.
    ParameterAlreadyExists,
    /// There is no parameter with this name.
    ParameterNotFound,
    /// The parameter has 100 versions, and the oldest one has a label.
    ParameterMaxVersionLimitExceeded,
    /// The parameter exists, but not this version.
    ParameterVersionNotFound,
    /// The body is not JSON, or a field has the wrong type.
    SerializationException,
    /// Too many calls.
    ThrottlingException,
    /// This endpoint does not have the operation.
    UnknownOperationException,
    /// The type is not `String`.
    UnsupportedParameterType,
    /// A field breaks a rule.
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
            Self::ParameterMaxVersionLimitExceeded => "ParameterMaxVersionLimitExceeded",
            Self::ParameterVersionNotFound => "ParameterVersionNotFound",
            Self::SerializationException => "SerializationException",
            Self::ThrottlingException => "ThrottlingException",
            Self::UnknownOperationException => "UnknownOperationException",
            Self::UnsupportedParameterType => "UnsupportedParameterType",
            Self::ValidationException => "ValidationException",
        }
    }

    /// The HTTP status: 500 if the service failed, else 400.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::InternalServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::AccessDeniedException
            | Self::HierarchyLevelLimitExceededException
            | Self::InvalidNextToken
            | Self::ParameterAlreadyExists
            | Self::ParameterNotFound
            | Self::ParameterMaxVersionLimitExceeded
            | Self::ParameterVersionNotFound
            | Self::SerializationException
            | Self::ThrottlingException
            | Self::UnknownOperationException
            | Self::UnsupportedParameterType
            | Self::ValidationException => StatusCode::BAD_REQUEST,
        }
    }
}
