use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use edge_event::Origin;
use http::header::{HeaderName, HeaderValue, SERVER};
use http::{Method, Request, Response};

use super::key::Key;
use super::object::Object;
use super::s3_error::S3Error;
use crate::origin::{OriginServer, Served};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");

/// A folder in place of an S3 bucket's REST endpoint.
///
/// Objects are files. They are read for each request, so a change shows at once. There is no index document, and
/// `/` is not an object. Only GET and HEAD are allowed, as for a bucket that grants CloudFront `s3:GetObject` (page
/// `private-content-restricting-access-to-s3`).
///
/// No key leads out of the folder, not even through a symbolic link.
#[derive(Debug)]
pub struct S3Folder {
    folder: PathBuf,
    missing: Missing,
    requests: AtomicU64,
}

/// S3's answer for a missing object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// 403 `AccessDenied`: without the permission `s3:ListBucket`, S3 does not say that the object is missing.
    Forbidden,
    /// 404 `NoSuchKey`: CloudFront has the permission `s3:ListBucket`.
    NotFound,
}

impl S3Folder {
    /// Serves the files of `folder`. If the folder does not exist, every object is missing.
    pub fn new(folder: impl Into<PathBuf>, missing: Missing) -> Self {
        Self { folder: folder.into(), missing, requests: AtomicU64::new(1) }
    }

    async fn answer(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, S3Error> {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return Err(S3Error::AccessDenied);
        }
        let key = Key::of(request.uri().path());
        match self.object(&key).await {
            Ok(Some(object)) => object.answer(request.headers()),
            Ok(None) => Err(self.refuse(key)),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                Err(S3Error::AccessDenied)
            }
            Err(_) => Err(S3Error::InternalError),
        }
    }

    /// Reads and hashes the file on a blocking thread, since a large file takes time.
    async fn object(&self, key: &Key) -> io::Result<Option<Object>> {
        let (folder, key) = (self.folder.clone(), key.clone());
        tokio::task::spawn_blocking(move || Object::read(&folder, &key)).await?
    }

    fn refuse(&self, key: Key) -> S3Error {
        match self.missing {
            Missing::Forbidden => S3Error::AccessDenied,
            Missing::NotFound => S3Error::NoSuchKey(key),
        }
    }

    fn next_id(&self) -> String {
        format!("{:016X}", self.requests.fetch_add(1, Ordering::Relaxed))
    }
}

impl OriginServer for S3Folder {
    fn serve<'a>(&'a self, request: Request<Bytes>, _: &'a Origin) -> Served<'a> {
        Box::pin(async move {
            let id = self.next_id();
            let answer = self.answer(&request).await;
            let mut response = answer.unwrap_or_else(|error| error.response(&id));
            if let Ok(id) = HeaderValue::try_from(id) {
                response.headers_mut().insert(REQUEST_ID, id);
            }
            response.headers_mut().insert(SERVER, HeaderValue::from_static("AmazonS3"));
            if request.method() == Method::HEAD {
                response.body_mut().clear();
            }
            Ok(response)
        })
    }
}
