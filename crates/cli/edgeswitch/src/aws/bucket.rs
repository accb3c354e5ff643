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
        match elsewhere(&error) {
            Some(region) => Ok(Found::InRegion(region)),
            None => Err(describe(&error, format!("look for `{key}` in bucket `{}`", self.name))),
        }
    }
}

enum Found {
    Object(bool),
    InRegion(String),
}

/// The Region of the bucket, if S3 says that it is another one (page `Redirects` of the S3 guide).
pub(crate) fn elsewhere<E>(error: &SdkError<E>) -> Option<String> {
    let SdkError::ServiceError(_) = error else { return None };
    let response = error.raw_response()?;
    let region = response.headers().get("x-amz-bucket-region")?;
    matches!(response.status().as_u16(), 301 | 307 | 400).then(|| region.to_owned())
}

impl Bucket for S3Bucket {
    fn name(&self) -> &str {
        &self.name
    }

    fn has<'a>(&'a self, key: &'a str) -> Answer<'a, bool> {
        Box::pin(self.head(key))
    }
}
