use bytes::Bytes;
use headers::{ContentLength, ContentRange, HeaderMapExt};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use quick_xml::escape::escape;

use super::key::Key;

/// Why S3 does not give an object (S3's API reference, page `ErrorResponses`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
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

impl Refusal {
    /// The response, with S3's XML that says why.
    pub(super) fn response(&self, request_id: &str) -> Response<Bytes> {
        let xml = self.xml(request_id);
        let length = ContentLength(xml.len() as u64);
        let mut response = Response::new(Bytes::from(xml));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        headers.typed_insert(length);
        if let Refusal::InvalidRange { length } = *self {
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
            Refusal::AccessDenied => StatusCode::FORBIDDEN,
            Refusal::NoSuchKey(_) => StatusCode::NOT_FOUND,
            Refusal::PreconditionFailed(_) => StatusCode::PRECONDITION_FAILED,
            Refusal::InvalidRange { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Refusal::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code_and_message(&self) -> (&'static str, &'static str) {
        match self {
            Refusal::AccessDenied => ("AccessDenied", "Access Denied"),
            Refusal::NoSuchKey(_) => ("NoSuchKey", "The specified key does not exist."),
            Refusal::PreconditionFailed(_) => (
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
            ),
            Refusal::InvalidRange { .. } => {
                ("InvalidRange", "The requested range is not satisfiable")
            }
            Refusal::InternalError => {
                ("InternalError", "We encountered an internal error. Please try again.")
            }
        }
    }

    fn detail(&self) -> String {
        match self {
            Refusal::AccessDenied | Refusal::InternalError => String::new(),
            Refusal::NoSuchKey(key) => format!("<Key>{}</Key>", escape(key.to_string())),
            Refusal::PreconditionFailed(Condition::IfMatch) => {
                "<Condition>If-Match</Condition>".into()
            }
            Refusal::PreconditionFailed(Condition::IfUnmodifiedSince) => {
                "<Condition>If-Unmodified-Since</Condition>".into()
            }
            Refusal::InvalidRange { length } => {
                format!("<ActualObjectSize>{length}</ActualObjectSize>")
            }
        }
    }
}
