use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use thiserror::Error;

use super::Xml;
use crate::cache::InvalidationPathError;

/// Why a call is refused, with CloudFront's code (page `API_CreateInvalidation`).
#[derive(Debug, Error)]
pub(super) enum ApiError {
    #[error("The specified distribution does not exist: `{0}`.")]
    NoSuchDistribution(String),
    #[error("The specified invalidation does not exist: `{0}`.")]
    NoSuchInvalidation(String),
    #[error("The XML is no InvalidationBatch: {0}.")]
    MalformedXml(String),
    #[error("The value of Quantity and the number of items do not match.")]
    InconsistentQuantities,
    #[error("{0}")]
    InvalidArgument(#[source] InvalidationPathError),
    #[error("Another invalidation has the caller reference `{0}`.")]
    InvalidationBatchAlreadyExists(String),
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ErrorResponse {
    error: Cause,
    request_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Cause {
    r#type: &'static str,
    code: &'static str,
    message: String,
}

impl ApiError {
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NoSuchDistribution(_) => (StatusCode::NOT_FOUND, "NoSuchDistribution"),
            Self::NoSuchInvalidation(_) => (StatusCode::NOT_FOUND, "NoSuchInvalidation"),
            Self::MalformedXml(_) => (StatusCode::BAD_REQUEST, "MalformedXML"),
            Self::InconsistentQuantities => (StatusCode::BAD_REQUEST, "InconsistentQuantities"),
            Self::InvalidArgument(_) => (StatusCode::BAD_REQUEST, "InvalidArgument"),
            Self::InvalidationBatchAlreadyExists(_) => {
                (StatusCode::BAD_REQUEST, "InvalidationBatchAlreadyExists")
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        let error = Cause { r#type: "Sender", code, message: self.to_string() };
        let xml = Xml::of("ErrorResponse", &ErrorResponse { error, request_id: "local" });
        (status, xml).into_response()
    }
}
