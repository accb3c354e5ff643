use guard_rules::{Memory, Occurrence, announcements};

use crate::control::Session;
use crate::guard::context::Watched;
use crate::guard::{GuardRun, Intent};

/// Puts an event on the bus for each change that has not been announced.
///
/// A guard without a memory announces only the change that woke it.
pub(super) async fn announce(
    session: &Session<'_>,
    watched: &Watched<'_>,
    occurrence: &Occurrence,
    intent: Intent,
    memory: &mut Memory,
    run: &mut GuardRun,
) {
    let version = watched.home.version();
    let unknown = match occurrence {
        Occurrence::Parameter { .. } => version.saturating_sub(1),
        Occurrence::Tick | Occurrence::Alarms(_) | Occurrence::Announced => version,
    };
    let announced = memory.announced.unwrap_or(unknown).min(version);
    memory.announced = Some(announced);
    if announced == version {
        return;
    }
    let history = match watched.history().await {
        Ok(history) => history,
        Err(error) => return run.trouble(&error),
    };
    let (name, region) = (&watched.project.parameter.name, watched.home.region());
    let context = watched.context(session);
    let bus = session.cloud.bus(region);
    for change in announcements(&history, announced, name, region, &context) {
        if intent == Intent::Look {
            run.did(format!("due: the announcement of version {}", change.version));
            continue;
        }
        let detail = serde_json::to_string(&change).expect("texts and numbers are always JSON");
        if let Err(error) = bus.put(&detail).await {
            return run.trouble(&error);
        }
        run.did(format!("announced version {}", change.version));
        memory.announced = Some(change.version);
    }
    memory.announced = Some(version);
}
