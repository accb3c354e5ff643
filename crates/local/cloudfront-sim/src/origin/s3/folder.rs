use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use edge_event::Origin;
use http::header::{HeaderName, HeaderValue, SERVER};
use http::{Method, Request, Response};

use super::key::Key;
use super::object::Object;
use super::refusal::Refusal;
use crate::origin::{OriginServer, Served};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");

/// A folder in place of an S3 bucket's REST endpoint.
///
/// Objects are files, read at each request, so that a change shows at once. There is no index document, and
/// `/` is no object. Only GET and HEAD are allowed, as for a bucket behind CloudFront that grants
/// `s3:GetObject` (page `private-content-restricting-access-to-s3`).
///
/// No key leads out of the folder, by a symbolic link neither.
#[derive(Debug)]
pub struct S3Folder {
    folder: PathBuf,
    missing: Missing,
    requests: AtomicU64,
}

/// What S3 says of an object that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// 403 `AccessDenied`: CloudFront may not `s3:ListBucket`, so S3 does not tell.
    Forbidden,
    /// 404 `NoSuchKey`: it may.
    NotFound,
}

impl S3Folder {
    /// Serves the files of `folder`. While there is no such folder, every object is missing.
    pub fn new(folder: impl Into<PathBuf>, missing: Missing) -> Self {
        Self { folder: folder.into(), missing, requests: AtomicU64::new(1) }
    }

    async fn answer(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, Refusal> {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return Err(Refusal::AccessDenied);
        }
        let key = Key::of(request.uri().path());
        match self.object(&key).await {
            Ok(Some(object)) => object.answer(request.headers()),
            Ok(None) => Err(self.refuse(key)),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                Err(Refusal::AccessDenied)
            }
            Err(_) => Err(Refusal::InternalError),
        }
    }

    /// Reads and digests it aside, since a large file takes its time.
    async fn object(&self, key: &Key) -> io::Result<Option<Object>> {
        let (folder, key) = (self.folder.clone(), key.clone());
        tokio::task::spawn_blocking(move || Object::read(&folder, &key)).await?
    }

    fn refuse(&self, key: Key) -> Refusal {
        match self.missing {
            Missing::Forbidden => Refusal::AccessDenied,
            Missing::NotFound => Refusal::NoSuchKey(key),
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
            let mut response = answer.unwrap_or_else(|refusal| refusal.response(&id));
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
