use edge_config::Config;
use edge_time::Timestamp;
use observation::{Lag, Plans};
use plan_format::{Refresh, ReleaseDefaults};
use routing_core::DecideAt;

use crate::aws::{AwsError, Cloud};
use crate::control::Project;

/// The plans that were in force, from the versions that Parameter Store keeps.
pub(crate) async fn plans_of_parameter(
    project: &Project,
    cloud: &dyn Cloud,
) -> Result<Plans, AwsError> {
    let stored = project.home(cloud).parameter.history().await?;
    let texts = stored.into_iter().map(|one| (one.modified, one.text));
    Ok(plans_of_texts(texts, project.config.as_ref()))
}

/// The plans of these texts. Without a configuration, edge locations follow as it is documented.
pub(crate) fn plans_of_texts(
    texts: impl IntoIterator<Item = (Timestamp, String)>,
    config: Option<&Config>,
) -> Plans {
    let documented = ReleaseDefaults::default();
    let defaults = config.map_or(&documented, |config| &config.release_defaults);
    let refresh = config.map_or_else(Refresh::default, |config| config.refresh);
    let decide_at = config.map_or(DecideAt::ViewerRequest, |config| config.rules.decide_at);
    Plans::of_texts(texts, defaults, Lag::of(refresh, decide_at))
}
