use std::collections::BTreeSet;
use std::sync::Arc;

use cloudfront_sim::{Distribution, HttpOrigin, Missing, Network, S3Folder};
use edge_config::MissingObject;
use edge_event::Origin;
use plan_format::Slot;
use routing_core::Plan;
use tokio::task::JoinSet;

use crate::error::DevError;
use crate::project::{Project, ProjectKind};
use crate::sample::{BackEnd, RELEASES};

/// The domain name and local address of each custom origin. For the sample, starts its back ends in
/// `background`.
///
/// # Errors
/// When no port is free for a back end.
pub(crate) async fn origins(
    project: &Project,
    background: &mut JoinSet<()>,
) -> Result<Vec<(String, String)>, DevError> {
    match project.kind {
        ProjectKind::Own => Ok(project.dev.origins.clone()),
        ProjectKind::Sample => {
            let mut origins = Vec::new();
            for release in RELEASES {
                let back_end = BackEnd::bind(release).await?;
                origins.push((release.domain.to_owned(), format!("http://{}", back_end.address)));
                background.spawn(back_end.serve());
            }
            Ok(origins)
        }
    }
}

/// The domain names of the distribution's servers, of the slots and of the plan's releases that have no address in
/// `origins`.
pub(crate) fn unanswered(
    distribution: &Distribution,
    slots: &[Slot],
    plan: Option<&Plan>,
    origins: &[(String, String)],
) -> Vec<String> {
    let settings = distribution.origins.values();
    let servers = settings.filter(|settings| matches!(settings.origin, Origin::Custom(_)));
    let configured = servers.map(|settings| settings.origin.domain_name());
    let of_releases =
        plan.into_iter().flat_map(Plan::releases).flat_map(|release| &release.origins);
    let of_slots = slots.iter().flat_map(|slot| &slot.origins);
    let movable = of_slots.chain(of_releases).map(|(_, domain)| domain.as_str());
    let domains: BTreeSet<&str> = movable.chain(configured).collect();
    let is_known = |domain: &&str| origins.iter().any(|(known, _)| known == domain);
    domains.into_iter().filter(|domain| !is_known(domain)).map(str::to_owned).collect()
}

/// The servers of the bucket and of these origins.
///
/// # Errors
/// When an origin's local address is invalid, or the distribution has several buckets without one.
pub(crate) fn network(
    project: &Project,
    distribution: &Distribution,
    origins: &[(String, String)],
) -> Result<Network, DevError> {
    let missing = match project.dev.missing_object {
        MissingObject::Forbidden => Missing::Forbidden,
        MissingObject::NotFound => Missing::NotFound,
    };
    let network = Network::default();
    if let Some(domain) = bucket(project, distribution, origins)? {
        network.add(domain, Arc::new(S3Folder::new(&project.dev.bucket, missing)));
    }
    for (domain, address) in origins {
        let server = HttpOrigin::parse(address)
            .map_err(|source| DevError::Origin { domain: domain.clone(), source })?;
        network.add(domain, Arc::new(server));
    }
    Ok(network)
}

/// The domain name of the bucket that the folder stands in for: the only one without an address in `origins`, or that
/// of `bucket` in the configuration.
fn bucket<'a>(
    project: &Project,
    distribution: &'a Distribution,
    origins: &[(String, String)],
) -> Result<Option<&'a str>, DevError> {
    let settings = distribution.origins.values();
    let buckets = settings.filter(|settings| matches!(settings.origin, Origin::S3(_)));
    let buckets = buckets.map(|settings| settings.origin.domain_name());
    let is_known = |domain: &&str| origins.iter().any(|(known, _)| known == domain);
    let domains: BTreeSet<&str> = buckets.filter(|domain| !is_known(domain)).collect();
    if domains.len() < 2 {
        return Ok(domains.first().copied());
    }
    let named = project.config.bucket.as_ref().map(|bucket| format!("{bucket}.s3."));
    let ours = named.and_then(|start| domains.iter().find(|domain| domain.starts_with(&start)));
    match ours {
        Some(domain) => Ok(Some(domain)),
        None => Err(DevError::SeveralBuckets(domains.into_iter().map(str::to_owned).collect())),
    }
}
