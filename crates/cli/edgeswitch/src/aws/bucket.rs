use std::sync::Arc;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, Region};
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::head_object::HeadObjectError;

use crate::aws::sdk_error::describe;
use crate::aws::{Answer, AwsError};

/// An S3 bucket.
pub trait Bucket: Send + Sync {
    fn name(&self) -> &str;
    /// Whether the bucket has an object with this key.
    fn has<'a>(&'a self, key: &'a str) -> Answer<'a, bool>;
}

/// An S3 bucket, called through AWS's SDK.
pub(crate) struct S3Bucket {
    pub(crate) client: Arc<Client>,
    pub(crate) name: String,
}

impl S3Bucket {
    /// If the bucket is in another Region than the client, S3 names that Region, and the request is repeated there.
    async fn head(&self, key: &str) -> Result<bool, AwsError> {
        match self.head_in(None, key).await? {
            Found::Object(there) => Ok(there),
            Found::InRegion(region) => match self.head_in(Some(region), key).await? {
                Found::Object(there) => Ok(there),
                Found::InRegion(_) => Ok(false),
            },
        }
    }

    async fn head_in(&self, region: Option<String>, key: &str) -> Result<Found, AwsError> {
        let mut request = self.client.head_object().bucket(&self.name).key(key).customize();
        if let Some(region) = region {
            request = request.config_override(Builder::new().region(Region::new(region)));
        }
        let Err(error) = request.send().await else {
            return Ok(Found::Object(true));
        };
        if error.as_service_error().is_some_and(HeadObjectError::is_not_found) {
            return Ok(Found::Object(false));
        }
        let moved =
            error.raw_response().and_then(|answer| answer.headers().get("x-amz-bucket-region"));
        match (moved, &error) {
            (Some(region), SdkError::ServiceError(_)) if is_elsewhere(&error) => {
                Ok(Found::InRegion(region.to_owned()))
            }
            _ => Err(describe(&error, format!("look for `{key}` in bucket `{}`", self.name))),
        }
    }
}

enum Found {
    Object(bool),
    InRegion(String),
}

/// Whether the status is one that S3 returns for a bucket in another Region (page `Redirects` of the S3 guide).
fn is_elsewhere<E>(error: &SdkError<E>) -> bool {
    let status = error.raw_response().map(|response| response.status().as_u16());
    matches!(status, Some(301 | 307 | 400))
}

impl Bucket for S3Bucket {
    fn name(&self) -> &str {
        &self.name
    }

    fn has<'a>(&'a self, key: &'a str) -> Answer<'a, bool> {
        Box::pin(self.head(key))
    }
}
