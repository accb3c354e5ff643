use std::collections::BTreeSet;
use std::sync::Arc;

use cloudfront_sim::{HttpOrigin, Missing, Network, S3Folder};
use edge_config::MissingObject;
use routing_core::Plan;
use tokio::task::JoinSet;

use crate::distribution::bucket_domain;
use crate::error::DevError;
use crate::project::{Kind, Project};
use crate::sample::{BackEnd, RELEASES};

/// Domain name to local address of each custom origin: the project's own, or the sample's back ends, which
/// are started in `beside`.
///
/// # Errors
/// When a back end finds no port.
pub(crate) async fn origins(
    project: &Project,
    beside: &mut JoinSet<()>,
) -> Result<Vec<(String, String)>, DevError> {
    match project.kind {
        Kind::Own => Ok(project.dev.origins.clone()),
        Kind::Sample => {
            let mut origins = Vec::new();
            for release in RELEASES {
                let back_end = BackEnd::bind(release).await?;
                origins.push((release.domain.to_owned(), format!("http://{}", back_end.address)));
                beside.spawn(back_end.serve());
            }
            Ok(origins)
        }
    }
}

/// The domain names of the plan's origins that are not among `origins`.
pub(crate) fn unanswered(plan: Option<&Plan>, origins: &[(String, String)]) -> Vec<String> {
    let releases = plan.into_iter().flat_map(Plan::releases);
    let domains: BTreeSet<&String> =
        releases.flat_map(|release| &release.origins).map(|(_, domain)| domain).collect();
    let is_known = |domain: &&String| origins.iter().any(|(known, _)| known == *domain);
    domains.into_iter().filter(|domain| !is_known(domain)).cloned().collect()
}

/// What answers for the bucket and for these origins.
///
/// # Errors
/// When an origin's local address is none.
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
