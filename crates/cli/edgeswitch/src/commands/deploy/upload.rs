use std::time::Duration;

use serde::Serialize;
use tokio::time::sleep;

use super::DeployError;
use super::written::Written;
use super::zips::Zips;
use crate::aws::{AwsError, AwsErrorKind, BucketOwner, FoundBucket, PackagesBucket};
use crate::control::Session;

/// More than the time from the making of a bucket to its tags.
const NAMING: Duration = Duration::from_secs(3);

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
/// When it belongs to another account or project, is in another Region, or is one that only its user could make.
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
        Ok(FoundBucket::Here) if owner == Owner::Deploy => {
            check_project(bucket).await?;
            Ok(FoundBucket::Here)
        }
        Ok(found) => Ok(found),
        Err(error) if error.kind == AwsErrorKind::Denied => Err(refused(error)),
        Err(error) => Err(error.into()),
    }
}

/// Refuses a bucket whose tags do not name this project. Another project may have a bucket of the same name.
async fn check_project(bucket: &PackagesBucket) -> Result<(), DeployError> {
    let (name, project) = (bucket.name().into(), bucket.project().into());
    match named_owner(bucket).await? {
        BucketOwner::ThisProject => Ok(()),
        BucketOwner::Project(owner) => {
            Err(DeployError::BucketOfAnother { bucket: name, project, owner })
        }
        BucketOwner::Unknown => Err(DeployError::BucketOfNobody { bucket: name, project }),
    }
}

/// The owner that the tags name. A bucket without tags may be one that another run is just making.
async fn named_owner(bucket: &PackagesBucket) -> Result<BucketOwner, AwsError> {
    match bucket.owner().await? {
        BucketOwner::Unknown => {
            sleep(NAMING).await;
            bucket.owner().await
        }
        owner @ (BucketOwner::ThisProject | BucketOwner::Project(_)) => Ok(owner),
    }
}

/// Makes the bucket. The tag comes first: without it, the next run does not know the bucket. If S3 refuses the tag, the
/// bucket goes again.
pub(crate) async fn make(
    bucket: &PackagesBucket,
    written: &Written,
    session: &mut Session<'_>,
) -> Result<(), DeployError> {
    let name = bucket.name();
    if let Err(error) = bucket.create().await {
        written.perhaps(&error, format!("bucket `{name}` is perhaps made"));
        return Err(error.into());
    }
    if let Err(error) = bucket.tag().await {
        if error.kind.is_passing() || bucket.delete().await.is_err() {
            written.bucket(format!("bucket `{name}` is made, perhaps without its tags"));
        }
        return Err(error.into());
    }
    written.bucket(format!("bucket `{name}` is made"));
    bucket.set_up().await?;
    Ok(session.console.say(&format!("bucket `{name}` is made"))?)
}

/// Finishes a bucket that an interrupted run made: nothing is uploaded before the bucket has its settings.
pub(crate) async fn finish(
    bucket: &PackagesBucket,
    session: &mut Session<'_>,
) -> Result<(), DeployError> {
    if !bucket.keys().await?.is_empty() {
        return Ok(());
    }
    bucket.set_up().await?;
    Ok(session.console.say(&format!("bucket `{}` has its settings now", bucket.name()))?)
}

/// Uploads the packages that the bucket does not have. A key holds the hash of its content, so what is there is right.
pub(crate) async fn upload(
    bucket: &PackagesBucket,
    zips: &Zips,
    written: &Written,
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
        written.package();
        uploaded.push(key);
    }
    Ok(uploaded)
}
