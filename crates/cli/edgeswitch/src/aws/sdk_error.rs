use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ssm::error::{ProvideErrorMetadata, SdkError};

use crate::aws::{AwsError, AwsErrorKind};

/// Converts an error of the SDK. `doing` names the action that failed.
pub(crate) fn describe<E>(error: &SdkError<E>, doing: impl Into<String>) -> AwsError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let doing = doing.into();
    let Some(service) = error.as_service_error() else {
        let (kind, reason) = undelivered(error);
        return AwsError { kind, doing, reason };
    };
    let code = service.code().unwrap_or_default();
    let said = [service.code(), service.message()].into_iter().flatten();
    let said: Vec<&str> = said.filter(|part| !part.is_empty()).collect();
    let status = error.raw_response().map(|response| response.status().as_u16());
    let reason = match (said.is_empty(), status) {
        (true, Some(status)) => format!("status {status}"),
        _ => said.join(": "),
    };
    AwsError { kind: kind_of(code, status.unwrap_or_default()), doing, reason }
}

/// The kind and reason of an error for which the service gave no usable answer.
fn undelivered<E: Error + 'static>(error: &SdkError<E>) -> (AwsErrorKind, String) {
    let (mut causes, mut cause) = (Vec::new(), error.source());
    while let Some(error) = cause {
        if let Some(problem) = error.downcast_ref::<CredentialsError>() {
            return (AwsErrorKind::NoCredentials, credentials(problem));
        }
        causes.push(error.to_string());
        cause = error.source();
    }
    let innermost = causes.pop().unwrap_or_else(|| error.to_string());
    if matches!(error, SdkError::ConstructionFailure(_)) {
        return (AwsErrorKind::Refused, innermost);
    }
    let is_late = matches!(error, SdkError::TimeoutError(_));
    (AwsErrorKind::Lost, if is_late { "no answer in time".into() } else { innermost })
}

fn credentials(problem: &CredentialsError) -> String {
    match (problem, problem.source()) {
        (CredentialsError::CredentialsNotLoaded(_), _) | (_, None) => "no credentials".into(),
        (_, Some(cause)) => format!("no credentials: {cause}"),
    }
}

/// The codes are from the page `CommonErrors` and the pages of the operations. S3 answers a HEAD request
/// without a code, so the status decides.
fn kind_of(code: &str, status: u16) -> AwsErrorKind {
    match code {
        "ThrottlingException"
        | "Throttling"
        | "TooManyRequestsException"
        | "TooManyUpdates"
        | "RequestLimitExceeded"
        | "PriorRequestNotComplete"
        | "TooManyInvalidationsInProgress" => AwsErrorKind::Throttled,
        "AccessDeniedException"
        | "AccessDenied"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "NotAuthorized"
        | "OptInRequired"
        | "UnrecognizedClientException" => AwsErrorKind::Denied,
        "ParameterNotFound"
        | "ChangeSetNotFound"
        | "NoSuchInvalidation"
        | "NotFound"
        | "NoSuchBucket"
        | "NoSuchKey"
        | "RuleNotFound"
        | "ListenerNotFound"
        | "TargetGroupNotFound"
        | "ResourceNotFoundException" => AwsErrorKind::Missing,
        "NoSuchDistribution" => AwsErrorKind::NoDistribution,
        "NoSuchCachePolicy" | "NoSuchOriginRequestPolicy" | "NoSuchResponseHeadersPolicy" => {
            AwsErrorKind::NoPolicy
        }
        "ParameterVersionNotFound" => AwsErrorKind::NoVersion,
        "ParameterMaxVersionLimitExceeded" => AwsErrorKind::Labelled,
        "PreconditionFailed" | "InvalidIfMatchVersion" | "InvalidChangeBatch" => {
            AwsErrorKind::Changed
        }
        "ParameterAlreadyExists" => AwsErrorKind::Exists,
        _ => kind_of_status(status),
    }
}

fn kind_of_status(status: u16) -> AwsErrorKind {
    match status {
        403 => AwsErrorKind::Denied,
        404 => AwsErrorKind::Missing,
        429 | 503 => AwsErrorKind::Throttled,
        500.. => AwsErrorKind::Internal,
        _ => AwsErrorKind::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::kind_of;
    use crate::aws::AwsErrorKind;

    /// CloudFront's codes of a status 404, each with a hint of its own.
    #[test]
    fn what_is_missing_has_a_kind() {
        for (code, kind) in [
            ("NoSuchDistribution", AwsErrorKind::NoDistribution),
            ("NoSuchCachePolicy", AwsErrorKind::NoPolicy),
            ("NoSuchOriginRequestPolicy", AwsErrorKind::NoPolicy),
            ("NoSuchResponseHeadersPolicy", AwsErrorKind::NoPolicy),
            ("NoSuchOrigin", AwsErrorKind::Missing),
            ("NoSuchInvalidation", AwsErrorKind::Missing),
        ] {
            assert_eq!(kind_of(code, 404), kind, "{code}");
        }
    }
}
