use serde::Serialize;

use super::DeployError;
use super::zips::Zips;
use crate::aws::{AwsErrorKind, FoundBucket, PackagesBucket};
use crate::control::Session;

/// The bucket after the packages were uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Uploaded {
    pub(crate) bucket: String,
    /// Whether this run made the bucket.
    pub(crate) is_new: bool,
    /// The keys that this run uploaded.
    pub(crate) uploaded: Vec<String>,
}

/// Whose bucket it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The command makes it if there is none.
    Deploy,
    /// `--bucket` named it.
    User,
}

/// Looks for the bucket. It is usable, or the command may make it.
///
/// # Errors
/// When it belongs to another account, is in another Region, or is one that only its user could make.
pub(crate) async fn find(
    bucket: &PackagesBucket,
    owner: Owner,
) -> Result<FoundBucket, DeployError> {
    let refused = |source| DeployError::BucketRefused { bucket: bucket.name().into(), source };
    match bucket.find().await {
        Ok(FoundBucket::In(region)) => {
            Err(DeployError::BucketElsewhere { bucket: bucket.name().into(), region })
        }
        Ok(FoundBucket::Missing) if owner == Owner::User => {
            Err(DeployError::NoBucket(bucket.name().into()))
        }
        Ok(found) => Ok(found),
        Err(error) if error.kind == AwsErrorKind::Denied => Err(refused(error)),
        Err(error) => Err(error.into()),
    }
}

/// Makes the bucket.
pub(crate) async fn make(
    bucket: &PackagesBucket,
    session: &mut Session<'_>,
) -> Result<(), DeployError> {
    bucket.create().await?;
    bucket.set_up().await?;
    Ok(session.console.say(&format!("bucket `{}` is made", bucket.name()))?)
}

/// Finishes a bucket that an interrupted run made: it has the command's name, is empty and lacks the tag.
pub(crate) async fn finish(
    bucket: &PackagesBucket,
    session: &mut Session<'_>,
) -> Result<(), DeployError> {
    if bucket.is_made_by_us().await? || !bucket.keys().await?.is_empty() {
        return Ok(());
    }
    bucket.set_up().await?;
    Ok(session.console.say(&format!("bucket `{}` has its settings now", bucket.name()))?)
}

/// Uploads the packages that the bucket does not have. A key holds the hash of its content, so what is there is right.
pub(crate) async fn upload(
    bucket: &PackagesBucket,
    zips: &Zips,
    session: &mut Session<'_>,
) -> Result<Vec<String>, DeployError> {
    let mut uploaded = Vec::new();
    for zip in &zips.zips {
        let key = zip.key();
        if bucket.has(&key).await? {
            continue;
        }
        let name = zip.function.name();
        let megabytes = zip.bytes.len() as f64 / 1e6;
        let bar = session.console.spinner(&format!("uploading {name} ({megabytes:.1} MB)"))?;
        bucket.upload(&key, zip.bytes.clone()).await?;
        bar.finish_and_clear();
        uploaded.push(key);
    }
    Ok(uploaded)
}
