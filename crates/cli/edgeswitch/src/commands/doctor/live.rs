use std::path::PathBuf;

use doctor::{Read, Snapshot, Source};
use edge_config::Config;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use super::{DoctorError, packages};
use crate::aws::Answers;
use crate::control::Session;

/// The most questions at a time. IAM and CloudFront allow few calls a second.
const AT_A_TIME: usize = 6;

/// What is looked at.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) config: Option<Config>,
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
    let mut snapshot = Snapshot::new(subject.config.clone());
    snapshot.distribution_id.clone_from(&subject.distribution_id);
    if distribution != Read::NotAsked {
        snapshot.insert(Source::Distribution, distribution);
    }
    let id = snapshot.distribution_id().ok_or(DoctorError::NoDistribution)?;
    let bar = session.console.counter(&format!("reading what AWS says about `{id}`"))?;
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
            let read = ask(&source, subject, answers.as_ref(), known).await?;
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

async fn ask(
    source: &Source,
    subject: &Subject,
    answers: &dyn Answers,
    known: &Snapshot,
) -> Result<Read, DoctorError> {
    match source {
        Source::Packages => packages::hashes(&subject.dist),
        Source::PackagedConfiguration => packages::configuration(&subject.dist),
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
        | Source::Addresses(_)
        | Source::Certificates(_) => Ok(answers.read(source, known).await?),
    }
}
