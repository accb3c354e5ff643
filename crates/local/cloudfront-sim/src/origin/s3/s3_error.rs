use bytes::Bytes;
use headers::{ContentLength, ContentRange, HeaderMapExt};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use quick_xml::escape::escape;

use super::key::Key;

/// An error response of S3 (S3's API reference, page `ErrorResponses`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum S3Error {
    AccessDenied,
    NoSuchKey(Key),
    PreconditionFailed(Condition),
    /// The object has `length` bytes.
    InvalidRange {
        length: u64,
    },
    InternalError,
}

/// A condition that did not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    IfMatch,
    IfUnmodifiedSince,
}

impl S3Error {
    /// The response, with S3's XML error document.
    pub(super) fn response(&self, request_id: &str) -> Response<Bytes> {
        let xml = self.xml(request_id);
        let length = ContentLength(xml.len() as u64);
        let mut response = Response::new(Bytes::from(xml));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        headers.typed_insert(length);
        if let S3Error::InvalidRange { length } = *self {
            headers.typed_insert(ContentRange::unsatisfied_bytes(length));
        }
        response
    }

    fn xml(&self, request_id: &str) -> String {
        let (code, message) = self.code_and_message();
        let detail = self.detail();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
             <Message>{message}</Message>{detail}<RequestId>{request_id}</RequestId></Error>"
        )
    }

    fn status(&self) -> StatusCode {
        match self {
            S3Error::AccessDenied => StatusCode::FORBIDDEN,
            S3Error::NoSuchKey(_) => StatusCode::NOT_FOUND,
            S3Error::PreconditionFailed(_) => StatusCode::PRECONDITION_FAILED,
            S3Error::InvalidRange { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            S3Error::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code_and_message(&self) -> (&'static str, &'static str) {
        match self {
            S3Error::AccessDenied => ("AccessDenied", "Access Denied"),
            S3Error::NoSuchKey(_) => ("NoSuchKey", "The specified key does not exist."),
            S3Error::PreconditionFailed(_) => (
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
            ),
            S3Error::InvalidRange { .. } => {
                ("InvalidRange", "The requested range is not satisfiable")
            }
            S3Error::InternalError => {
                ("InternalError", "We encountered an internal error. Please try again.")
            }
        }
    }

    fn detail(&self) -> String {
        match self {
            S3Error::AccessDenied | S3Error::InternalError => String::new(),
            S3Error::NoSuchKey(key) => format!("<Key>{}</Key>", escape(key.to_string())),
            S3Error::PreconditionFailed(Condition::IfMatch) => {
                "<Condition>If-Match</Condition>".into()
            }
            S3Error::PreconditionFailed(Condition::IfUnmodifiedSince) => {
                "<Condition>If-Unmodified-Since</Condition>".into()
            }
            S3Error::InvalidRange { length } => {
                format!("<ActualObjectSize>{length}</ActualObjectSize>")
            }
        }
    }
}
