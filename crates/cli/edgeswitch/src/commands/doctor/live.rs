use std::path::PathBuf;
use std::time::Duration;

use doctor::{Read, Snapshot, Source};
use edge_time::Timestamp;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use super::{DoctorError, packages};
use crate::aws::{Answers, AwsErrorKind, LogBucket};
use crate::control::{Configured, Session};
use crate::logs::objects;

/// The most questions at a time. IAM and CloudFront allow few calls a second.
const AT_A_TIME: usize = 6;

/// The time whose access logs are listed.
const LOOKED_BACK: Duration = Duration::from_secs(3 * 3600);

/// What is looked at.
pub(crate) struct Subject {
    pub(crate) configured: Configured,
    /// The distribution, if it is not that of the configuration.
    pub(crate) distribution_id: Option<String>,
    /// The folder with the packages.
    pub(crate) dist: PathBuf,
    pub(crate) rights: CallerRights,
}

/// Whether it matters that the caller may attach functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallerRights {
    Asked,
    NotAsked,
}

/// Asks the account everything that the checks need.
pub(crate) async fn look(
    subject: &Subject,
    session: &mut Session<'_>,
) -> Result<Snapshot, DoctorError> {
    look_with(Read::NotAsked, subject, session).await
}

/// The same for a configuration that the distribution does not have yet.
pub(crate) async fn look_ahead(
    distribution: Value,
    subject: &Subject,
    session: &mut Session<'_>,
) -> Result<Snapshot, DoctorError> {
    look_with(Read::Known(distribution), subject, session).await
}

async fn look_with(
    distribution: Read,
    subject: &Subject,
    session: &mut Session<'_>,
) -> Result<Snapshot, DoctorError> {
    let mut snapshot = Snapshot::new(subject.configured.config.clone());
    snapshot.followers.clone_from(&subject.configured.followers);
    snapshot.gate.clone_from(&subject.configured.gate);
    snapshot.fingerprint.clone_from(&subject.configured.fingerprint);
    snapshot.distribution_id.clone_from(&subject.distribution_id);
    if distribution != Read::NotAsked {
        snapshot.insert(Source::Distribution, distribution);
    }
    let about = match snapshot.distribution_id() {
        Some(id) => format!("`{id}`"),
        None if snapshot.followers.is_empty() => return Err(DoctorError::NoDistribution),
        None => "the followers".into(),
    };
    let bar = session.console.counter(&format!("reading what AWS says about {about}"))?;
    let now = session.clock.now();
    let answers = session.cloud.answers();
    // Answers name what to ask next, so there are several rounds.
    loop {
        let wanted = snapshot.wanted();
        if wanted.is_empty() {
            break;
        }
        bar.inc_length(wanted.len() as u64);
        let known = &snapshot;
        let reads = stream::iter(wanted).map(|source| async {
            let read = if let Source::DeliveredLogs { bucket, prefix } = &source {
                delivered(&session.cloud.deployer().log_bucket(bucket), prefix, now).await?
            } else {
                ask(&source, subject, now, answers.as_ref(), known).await?
            };
            bar.inc(1);
            Ok::<_, DoctorError>((source, read))
        });
        let reads: Vec<(Source, Read)> = reads.buffer_unordered(AT_A_TIME).try_collect().await?;
        for (source, read) in reads {
            snapshot.insert(source, read);
        }
    }
    bar.finish_and_clear();
    Ok(snapshot)
}

/// The access logs of the last hours, and when they came.
async fn delivered(bucket: &LogBucket, prefix: &str, now: Timestamp) -> Result<Read, DoctorError> {
    let objects = match objects(bucket, prefix, Some(now.minus(LOOKED_BACK))).await {
        Ok(objects) => objects,
        Err(error) if error.kind == AwsErrorKind::NoCredentials => return Err(error.into()),
        Err(error) => return Ok(Read::from_error(&error.reason)),
    };
    let logs = objects
        .into_iter()
        .map(|log| json!({ "Key": log.key, "LastModified": log.modified.to_string() }));
    Ok(Read::Known(json!({ "Contents": logs.collect::<Vec<_>>() })))
}

async fn ask(
    source: &Source,
    subject: &Subject,
    now: Timestamp,
    answers: &dyn Answers,
    known: &Snapshot,
) -> Result<Read, DoctorError> {
    match source {
        Source::Packages => packages::hashes(&subject.dist),
        Source::PackagedConfiguration => packages::configuration(&subject.dist),
        Source::Moment => Ok(Read::Known(json!({ "Now": now.to_string() }))),
        Source::CallerRights if subject.rights == CallerRights::NotAsked => Ok(Read::NotAsked),
        Source::Distribution
        | Source::Identity
        | Source::CachePolicy(_)
        | Source::OriginRequestPolicy(_)
        | Source::ResponseHeadersPolicy(_)
        | Source::Function { .. }
        | Source::Role(_)
        | Source::OriginAccessControl(_)
        | Source::BucketPolicy(_)
        | Source::BucketLocation(_)
        | Source::BucketEncryption(_)
        | Source::KeyPolicy(_)
        | Source::Plan(_)
        | Source::RoleRights(_)
        | Source::CallerRights
        | Source::Object { .. }
        | Source::CustomCachePolicies
        | Source::PricingPlans
        | Source::LogGroups(_)
        | Source::DeliverySources
        | Source::Deliveries
        | Source::DeliveredLogs { .. }
        | Source::Addresses(_)
        | Source::Certificates(_)
        | Source::PlanHistory(_)
        | Source::GuardNote
        | Source::Listener(_)
        | Source::ListenerRule(_)
        | Source::LoadBalancerAttributes(_)
        | Source::TargetGroup(_)
        | Source::TargetGroupAttributes(_)
        | Source::TargetHealth(_)
        | Source::Records { .. } => Ok(answers.read(source, known).await?),
    }
}
