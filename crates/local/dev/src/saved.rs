use std::path::Path;

use cloudfront_sim::{Distribution, EdgeLocation, SavedDistribution};
use edge_config::Dev;
use edge_event::Trigger;

use crate::distribution::TRIGGERS;
use crate::error::DevError;

/// The distribution that is saved in a folder. Its functions are those of this run.
///
/// # Errors
/// When it cannot be imported, or one of its functions is somebody else's: ours would run in its place.
pub(crate) fn saved_distribution(folder: &Path, dev: &Dev) -> Result<Distribution, DevError> {
    let edges = dev.edges.iter().cloned().map(EdgeLocation).collect();
    let saved = SavedDistribution::read(folder).and_then(|saved| saved.import(edges));
    let imported = saved.map_err(|source| DevError::Saved { folder: folder.into(), source })?;
    for (trigger, arn) in imported.functions {
        if !is_ours(trigger, &arn) {
            return Err(DevError::NotOurs { arn, trigger });
        }
    }
    Ok(imported.distribution)
}

/// The templates name a function after its trigger: `shop-viewer-request`.
fn is_ours(trigger: Trigger, arn: &str) -> bool {
    let name = arn.split(':').nth(6).unwrap_or_default();
    TRIGGERS.contains(&trigger) && name.ends_with(trigger.as_str())
}
