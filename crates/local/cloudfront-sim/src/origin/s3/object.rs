use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use bytes::Bytes;
use headers::{
    AcceptRanges, ContentLength, ContentRange, ETag, HeaderMapExt, IfMatch, IfModifiedSince,
    IfNoneMatch, IfUnmodifiedSince, LastModified,
};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use md5::{Digest, Md5};

use super::key::Key;
use super::range::{Wanted, wanted};
use super::s3_error::{Condition, S3Error};

/// The content type of objects that were uploaded without one.
const UNKNOWN_TYPE: &str = "binary/octet-stream";

/// An object with its metadata.
pub(super) struct Object {
    content: Bytes,
    content_type: HeaderValue,
    etag: ETag,
    modified: SystemTime,
}

impl Object {
    /// Reads the file of `key`; `None` if there is none below `folder`.
    pub(super) fn read(folder: &Path, key: &Key) -> io::Result<Option<Object>> {
        let found = match key.below(folder) {
            Some(path) => file(folder, &path),
            None => Ok(None),
        };
        match found {
            Err(error) if means_missing(error.kind()) => Ok(None),
            found => found,
        }
    }

    /// Answers a GET with these headers.
    pub(super) fn answer(self, asked: &HeaderMap) -> Result<Response<Bytes>, S3Error> {
        self.check_preconditions(asked)?;
        if self.is_known(asked) {
            return Ok(self.response(StatusCode::NOT_MODIFIED, Bytes::new()));
        }
        match wanted(asked, self.len(), &self.etag, self.last_modified()) {
            Wanted::Whole => Ok(self.whole()),
            Wanted::Part { first, last } => Ok(self.part(first, last)),
            Wanted::Nothing => Err(S3Error::InvalidRange { length: self.len() }),
        }
    }

    /// RFC 9110, section 13.2.2: `If-Match`, else `If-Unmodified-Since`.
    fn check_preconditions(&self, asked: &HeaderMap) -> Result<(), S3Error> {
        let (holds, condition) = match asked.typed_get::<IfMatch>() {
            Some(tags) => (tags.precondition_passes(&self.etag), Condition::IfMatch),
            None => {
                let since = asked.typed_get::<IfUnmodifiedSince>();
                let holds = since.is_none_or(|since| since.precondition_passes(self.modified));
                (holds, Condition::IfUnmodifiedSince)
            }
        };
        if holds { Ok(()) } else { Err(S3Error::PreconditionFailed(condition)) }
    }

    /// Whether the client already has this object: `If-None-Match`, else `If-Modified-Since`.
    fn is_known(&self, asked: &HeaderMap) -> bool {
        match asked.typed_get::<IfNoneMatch>() {
            Some(tags) => !tags.precondition_passes(&self.etag),
            None => asked
                .typed_get::<IfModifiedSince>()
                .is_some_and(|since| !since.is_modified(self.modified)),
        }
    }

    fn whole(&self) -> Response<Bytes> {
        self.with_content(StatusCode::OK, self.content.clone())
    }

    fn part(&self, first: u64, last: u64) -> Response<Bytes> {
        let end = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(self.content.len());
        let content = self.content.slice(end(first)..end(last + 1));
        let mut response = self.with_content(StatusCode::PARTIAL_CONTENT, content);
        if let Ok(range) = ContentRange::bytes(first..=last, self.len()) {
            response.headers_mut().typed_insert(range);
        }
        response
    }

    fn with_content(&self, status: StatusCode, content: Bytes) -> Response<Bytes> {
        let length = ContentLength(content.len() as u64);
        let mut response = self.response(status, content);
        response.headers_mut().insert(CONTENT_TYPE, self.content_type.clone());
        response.headers_mut().typed_insert(length);
        response
    }

    fn response(&self, status: StatusCode, content: Bytes) -> Response<Bytes> {
        let mut response = Response::new(content);
        *response.status_mut() = status;
        response.headers_mut().typed_insert(self.etag.clone());
        response.headers_mut().typed_insert(self.last_modified());
        response.headers_mut().typed_insert(AcceptRanges::bytes());
        response
    }

    fn last_modified(&self) -> LastModified {
        self.modified.into()
    }

    fn len(&self) -> u64 {
        self.content.len() as u64
    }
}

/// The object in the file `path`, unless a symbolic link leads out of `folder`.
fn file(folder: &Path, path: &Path) -> io::Result<Option<Object>> {
    let target = path.canonicalize()?;
    let metadata = fs::metadata(&target)?;
    if !target.starts_with(folder.canonicalize()?) || !metadata.is_file() {
        return Ok(None);
    }
    let content = fs::read(&target)?;
    Ok(Some(Object {
        content_type: content_type(path),
        etag: etag(&content)?,
        modified: metadata.modified()?,
        content: content.into(),
    }))
}

fn content_type(path: &Path) -> HeaderValue {
    let by_name = mime_guess::from_path(path).first_raw().unwrap_or(UNKNOWN_TYPE);
    HeaderValue::from_static(by_name)
}

/// S3's ETag of an object that was uploaded in one part: the MD5 of its content.
fn etag(content: &[u8]) -> io::Result<ETag> {
    let digest = Bytes::copy_from_slice(&Md5::digest(content));
    format!("\"{digest:x}\"").parse().map_err(io::Error::other)
}

fn means_missing(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{InvalidFilename, NotADirectory, NotFound};
    matches!(kind, NotFound | NotADirectory | InvalidFilename)
}
