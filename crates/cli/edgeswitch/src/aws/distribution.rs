use std::sync::Arc;

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::error::BuildError;
use aws_sdk_cloudfront::types::{Invalidation as Made, InvalidationBatch, Paths};
use edge_time::Timestamp;

use crate::aws::sdk_error::describe;
use crate::aws::{Answer, AwsError, AwsErrorKind};

/// A CloudFront distribution.
pub trait Distribution: Send + Sync {
    /// The id, for example `E2QWRUHAPOMQZL`.
    fn id(&self) -> &str;
    /// Invalidates the cached objects at `path`, which may end in `*`. Returns the id of the invalidation. Two
    /// calls with the same `reference` create one invalidation.
    fn invalidate<'a>(&'a self, path: &'a str, reference: &'a str) -> Answer<'a, String>;
    /// Reads the state of an invalidation.
    fn invalidation<'a>(&'a self, id: &'a str) -> Answer<'a, Invalidation>;
    /// Reads the state of the newest invalidation of `path` that was created at `since` or later, if there is one.
    fn invalidated<'a>(
        &'a self,
        path: &'a str,
        since: Timestamp,
    ) -> Answer<'a, Option<Invalidation>>;
}

/// The state of an invalidation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalidation {
    /// Some edge locations may still have the objects.
    InProgress,
    /// No edge location has them.
    Completed,
}

/// A CloudFront distribution, called through AWS's SDK.
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

    async fn get(&self, id: &str) -> Result<Option<Made>, AwsError> {
        let request = self.client.get_invalidation().distribution_id(&self.id).id(id);
        let answer = request.send().await;
        let doing = || format!("read invalidation `{id}` of distribution `{}`", self.id);
        Ok(answer.map_err(|error| describe(&error, doing()))?.invalidation)
    }

    async fn state(&self, id: &str) -> Result<Invalidation, AwsError> {
        Ok(self.get(id).await?.as_ref().map_or(Invalidation::InProgress, state))
    }

    /// Looks at the newest 100 invalidations, which CloudFront lists first (page `ListInvalidations` of its API).
    async fn newest(
        &self,
        path: &str,
        Timestamp(since): Timestamp,
    ) -> Result<Option<Invalidation>, AwsError> {
        let answer = self.client.list_invalidations().distribution_id(&self.id).send().await;
        let doing = || format!("list the invalidations of distribution `{}`", self.id);
        let output = answer.map_err(|error| describe(&error, doing()))?;
        let list = output.invalidation_list.and_then(|list| list.items).unwrap_or_default();
        for one in list.iter().filter(|one| one.create_time.secs() >= since.div_euclid(1000)) {
            if let Some(made) = self.get(&one.id).await?.filter(|made| covers(made, path)) {
                return Ok(Some(state(&made)));
            }
        }
        Ok(None)
    }
}

fn state(made: &Made) -> Invalidation {
    if made.status == "Completed" { Invalidation::Completed } else { Invalidation::InProgress }
}

fn covers(made: &Made, path: &str) -> bool {
    let paths = made.invalidation_batch.as_ref().and_then(|batch| batch.paths.as_ref());
    paths.is_some_and(|paths| paths.items().iter().any(|one| one == path))
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

    fn invalidated<'a>(
        &'a self,
        path: &'a str,
        since: Timestamp,
    ) -> Answer<'a, Option<Invalidation>> {
        Box::pin(self.newest(path, since))
    }
}
