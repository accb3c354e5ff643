use std::collections::BTreeSet;
use std::sync::Arc;

use cloudfront_sim::{HttpOrigin, Missing, Network, S3Folder};
use edge_config::MissingObject;
use plan_format::Slot;
use routing_core::Plan;
use tokio::task::JoinSet;

use crate::distribution::bucket_domain;
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

/// The domain names of the slots and of the plan's releases that have no address in `origins`.
pub(crate) fn unanswered(
    slots: &[Slot],
    plan: Option<&Plan>,
    origins: &[(String, String)],
) -> Vec<String> {
    let of_releases =
        plan.into_iter().flat_map(Plan::releases).flat_map(|release| &release.origins);
    let of_slots = slots.iter().flat_map(|slot| &slot.origins);
    let domains: BTreeSet<&String> =
        of_slots.chain(of_releases).map(|(_, domain)| domain).collect();
    let is_known = |domain: &&String| origins.iter().any(|(known, _)| known == *domain);
    domains.into_iter().filter(|domain| !is_known(domain)).cloned().collect()
}

/// The servers of the bucket and of these origins.
///
/// # Errors
/// When an origin's local address is invalid.
pub(crate) fn network(
    project: &Project,
    origins: &[(String, String)],
) -> Result<Network, DevError> {
    let missing = match project.dev.missing_object {
        MissingObject::Forbidden => Missing::Forbidden,
        MissingObject::NotFound => Missing::NotFound,
    };
    let network = Network::default();
    network.add(
        &bucket_domain(&project.config),
        Arc::new(S3Folder::new(&project.dev.bucket, missing)),
    );
    for (domain, address) in origins {
        let server = HttpOrigin::parse(address)
            .map_err(|source| DevError::Origin { domain: domain.clone(), source })?;
        network.add(domain, Arc::new(server));
    }
    Ok(network)
}
