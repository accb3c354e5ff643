use std::sync::Arc;

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::error::BuildError;
use aws_sdk_cloudfront::types::{InvalidationBatch, Paths};

use crate::aws::sdk_error::describe;
use crate::aws::{Answer, AwsError, AwsErrorKind};

/// A distribution of CloudFront.
pub trait Distribution: Send + Sync {
    /// Its id: `E2QWRUHAPOMQZL`.
    fn id(&self) -> &str;
    /// Lets CloudFront forget what it keeps under `path`, which may end in `*`; returns the invalidation's
    /// id. The same `reference` twice makes one invalidation.
    fn invalidate<'a>(&'a self, path: &'a str, reference: &'a str) -> Answer<'a, String>;
    /// How far an invalidation is.
    fn invalidation<'a>(&'a self, id: &'a str) -> Answer<'a, Invalidation>;
}

/// How far an invalidation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalidation {
    /// Some edge locations still have the objects.
    InProgress,
    /// No edge location has them.
    Completed,
}

/// A distribution behind AWS's SDK.
pub(crate) struct CloudFrontDistribution {
    pub(crate) client: Arc<Client>,
    pub(crate) id: String,
}

impl CloudFrontDistribution {
    async fn create(&self, path: &str, reference: &str) -> Result<String, AwsError> {
        let doing = || format!("invalidate `{path}` of distribution `{}`", self.id);
        let incomplete = |error: BuildError| AwsError {
            kind: AwsErrorKind::Refused,
            doing: doing(),
            reason: error.to_string(),
        };
        let paths = Paths::builder().quantity(1).items(path).build().map_err(incomplete)?;
        let batch = InvalidationBatch::builder().paths(paths).caller_reference(reference);
        let batch = batch.build().map_err(incomplete)?;
        let request = self.client.create_invalidation().distribution_id(&self.id);
        let answer = request.invalidation_batch(batch).send().await;
        let output = answer.map_err(|error| describe(&error, doing()))?;
        output.invalidation.map(|made| made.id).ok_or_else(|| AwsError {
            kind: AwsErrorKind::Internal,
            doing: doing(),
            reason: "the answer names no invalidation".into(),
        })
    }

    async fn state(&self, id: &str) -> Result<Invalidation, AwsError> {
        let request = self.client.get_invalidation().distribution_id(&self.id).id(id);
        let answer = request.send().await;
        let doing = || format!("read invalidation `{id}` of distribution `{}`", self.id);
        let output = answer.map_err(|error| describe(&error, doing()))?;
        let status = output.invalidation.map(|one| one.status).unwrap_or_default();
        Ok(if status == "Completed" { Invalidation::Completed } else { Invalidation::InProgress })
    }
}

impl Distribution for CloudFrontDistribution {
    fn id(&self) -> &str {
        &self.id
    }

    fn invalidate<'a>(&'a self, path: &'a str, reference: &'a str) -> Answer<'a, String> {
        Box::pin(self.create(path, reference))
    }

    fn invalidation<'a>(&'a self, id: &'a str) -> Answer<'a, Invalidation> {
        Box::pin(self.state(id))
    }
}
