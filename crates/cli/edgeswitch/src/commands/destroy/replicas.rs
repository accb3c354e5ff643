use std::time::Duration;

use futures_util::future::try_join_all;
use serde::Serialize;
use tokio::time::sleep;

use crate::aws::{AwsError, Deployer};
use crate::commands::EDGE_REGIONS;
use crate::commands::deploy::Names;
use crate::control::{Session, WaitError, persist};

/// The pause before the second look, and the longest one. AWS deletes replicas within hours.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Copies that CloudFront made of the functions, and deletes itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Replicas {
    pub(crate) region: String,
    pub(crate) count: usize,
}

/// Looks for replicas in all Regions with edge caches. They are where viewers were.
pub(crate) async fn find(deployer: &Deployer, names: &Names) -> Result<Vec<Replicas>, AwsError> {
    let found = EDGE_REGIONS.map(|region| async move {
        let listed = deployer.functions(region).replicas().await?;
        let is_ours = |arn: &String| names.functions().iter().any(|name| is_of(arn, name));
        let count = listed.iter().filter(|arn| is_ours(arn)).count();
        Ok::<_, AwsError>(Replicas { region: region.into(), count })
    });
    let mut found = try_join_all(found).await?;
    found.retain(|replicas| replicas.count > 0);
    Ok(found)
}

/// Whether an ARN is the function's or one of its versions'.
pub(crate) fn is_of(arn: &str, function: &str) -> bool {
    arn.split(':').nth(6) == Some(function)
}

/// Waits until there are none.
pub(crate) async fn wait(
    deployer: &Deployer,
    names: &Names,
    session: &mut Session<'_>,
) -> Result<(), WaitError> {
    let what = "waiting until CloudFront has deleted the replicas: this can take hours";
    let bar = session.console.spinner(what)?;
    let mut pause = FIRST_PAUSE;
    loop {
        let left = persist(session, &bar, || find(deployer, names)).await?;
        if left.is_empty() {
            bar.finish_and_clear();
            return Ok(());
        }
        bar.set_message(regions(&left));
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(2 * pause);
    }
}

/// The Regions in one line.
pub(crate) fn regions(replicas: &[Replicas]) -> String {
    let regions: Vec<&str> = replicas.iter().map(|one| &*one.region).collect();
    regions.join(", ")
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn an_arn_names_its_function() {
        let version = "arn:aws:lambda:us-east-1:123456789012:function:shop-viewer-request:3";
        assert!(is_of(version, "shop-viewer-request"));
        assert!(is_of(version.trim_end_matches(":3"), "shop-viewer-request"));
        assert!(!is_of(version, "shop-viewer"));
        assert!(!is_of(&version.replace(":shop", ":eu-shop"), "shop-viewer-request"));
    }
}
