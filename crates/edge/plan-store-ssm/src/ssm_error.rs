use std::error::Error;

use aws_sdk_ssm::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ssm::operation::get_parameter::GetParameterError;
use plan_store::{StoreError, StoreErrorKind};

/// Describes a failed read of parameter `name` in `region`.
pub(crate) fn describe(
    error: &SdkError<GetParameterError>,
    name: &str,
    region: &str,
) -> StoreError {
    let reason = match error.as_service_error() {
        Some(service) => format!(
            "{}: {}",
            service.code().unwrap_or("unknown error"),
            service.message().unwrap_or("no message")
        ),
        None => chain(error),
    };
    StoreError::new(kind(error), format!("parameter `{name}` in `{region}`: {reason}"))
}

/// The error and its causes, outermost first.
fn chain(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}

fn kind(error: &SdkError<GetParameterError>) -> StoreErrorKind {
    if let Some(service) = error.as_service_error() {
        return kind_of_code(service.code().unwrap_or_default());
    }
    let (timed_out, refused) = if let SdkError::DispatchFailure(failure) = error {
        (failure.is_timeout(), failure.is_io())
    } else {
        (matches!(error, SdkError::TimeoutError(_)), false)
    };
    match (timed_out, refused) {
        (true, _) => StoreErrorKind::Timeout,
        (false, true) => StoreErrorKind::Refused,
        (false, false) => StoreErrorKind::Other,
    }
}

/// The codes are from the pages `CommonErrors` and `GetParameter` of the Systems Manager reference.
fn kind_of_code(code: &str) -> StoreErrorKind {
    match code {
        "ThrottlingException"
        | "Throttling"
        | "TooManyRequestsException"
        | "RequestLimitExceeded" => StoreErrorKind::Throttled,
        "AccessDeniedException"
        | "AccessDenied"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "InvalidSignatureException"
        | "NotAuthorized"
        | "OptInRequired"
        | "UnrecognizedClientException" => StoreErrorKind::Denied,
        "ParameterNotFound" | "ParameterVersionNotFound" => StoreErrorKind::Missing,
        _ => StoreErrorKind::Other,
    }
}
