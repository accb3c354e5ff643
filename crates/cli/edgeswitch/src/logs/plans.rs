use std::time::Duration;

use edge_config::Config;
use edge_time::Timestamp;
use observation::{Lag, Plans, WrittenPlan};
use plan_format::{Refresh, ReleaseDefaults};
use routing_core::DecideAt;

use crate::aws::{AwsError, Cloud};
use crate::control::Project;

/// How far apart the clocks of edge locations and of Parameter Store may be.
const CLOCKS: Duration = Duration::from_secs(2);
/// How long a cache may keep an object that was decided on a miss: see `handlers/origin-response`.
const KEPT_AFTER_A_MISS: Duration = Duration::from_secs(60);

/// The plans that were in force, from the versions that Parameter Store keeps.
pub(crate) async fn plans_of_parameter(
    project: &Project,
    cloud: &dyn Cloud,
) -> Result<Plans, AwsError> {
    let stored = project.home(cloud).parameter.history().await?;
    let texts = stored.into_iter().map(|one| (one.modified, one.text));
    Ok(plans_of_texts(texts, project.config.as_ref()))
}

/// A text that is not a plan never came into force.
pub(crate) fn plans_of_texts(
    texts: impl IntoIterator<Item = (Timestamp, String)>,
    config: Option<&Config>,
) -> Plans {
    let documented = ReleaseDefaults::default();
    let defaults = config.map_or(&documented, |config| &config.release_defaults);
    let plan = |(at, text): (Timestamp, String)| {
        Some(WrittenPlan { at, plan: plan_format::parse(&text, defaults).ok()? })
    };
    Plans::new(texts.into_iter().filter_map(plan).collect(), lag(config))
}

/// How long edge locations may follow the plan from before a change.
fn lag(config: Option<&Config>) -> Lag {
    let refresh = config.map_or_else(Refresh::default, |config| config.refresh);
    let decide_at = config.map_or(DecideAt::ViewerRequest, |config| config.rules.decide_at);
    Lag {
        plan: refresh.hard_ttl + refresh.longest_wait(),
        caches: match decide_at {
            DecideAt::ViewerRequest => Duration::ZERO,
            DecideAt::OriginRequest => KEPT_AFTER_A_MISS,
        },
        clocks: CLOCKS,
    }
}
