use guard_rules::{Memory, Switch, last_switch};
use routing_core::DecideAt;

use crate::aws::AwsError;
use crate::commands::DOCUMENTS;
use crate::control::Session;
use crate::guard::context::Watched;
use crate::guard::{GuardRun, Intent};

/// Invalidates the documents of the release before, once for each switch, when no edge location caches new ones.
///
/// Only if releases are decided on a cache miss, and if the configuration names the distribution.
pub(super) async fn invalidate(
    session: &Session<'_>,
    watched: &Watched<'_>,
    intent: Intent,
    memory: &mut Memory,
    run: &mut GuardRun,
) {
    let Some(config) = &watched.project.config else { return };
    let Some(id) = &config.distribution_id else { return };
    match config.rules.decide_at {
        DecideAt::ViewerRequest => return,
        DecideAt::OriginRequest => {}
    }
    let history = match watched.history().await {
        Ok(history) => history,
        Err(error) => return run.trouble(&error),
    };
    let now = session.clock.now();
    let Some(switch) = last_switch(&history, now, config.refresh.hard_ttl) else { return };
    let reference = switch.reference(&watched.project.parameter.name);
    if switch.complete > now || memory.invalidated.as_ref() == Some(&reference) {
        return;
    }
    if intent == Intent::Look {
        return run.did(format!("due: an invalidation of `{DOCUMENTS}`"));
    }
    match once(session, id, &switch, &reference).await {
        Ok(made) => {
            run.did.extend(made.map(|made| format!("invalidation {made} of `{DOCUMENTS}`")));
            memory.invalidated = Some(reference);
        }
        Err(error) => run.trouble(&error),
    }
}

/// Makes the invalidation, if nobody has made one since the switch was complete. Returns its id.
async fn once(
    session: &Session<'_>,
    distribution: &str,
    switch: &Switch,
    reference: &str,
) -> Result<Option<String>, AwsError> {
    let distribution = session.cloud.distribution(distribution);
    if distribution.invalidated(DOCUMENTS, switch.complete).await?.is_some() {
        return Ok(None);
    }
    distribution.invalidate(DOCUMENTS, reference).await.map(Some)
}
