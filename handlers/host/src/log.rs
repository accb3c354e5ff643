use std::time::Instant;

use edge_event::{Outcome, Trigger};
use plan_store::{Freshness, Snapshot};
use routing_core::Decision;
use tracing::Level;
use tracing_subscriber::fmt;

/// A handler's result and the fields of its log line.
#[derive(Debug)]
pub struct Handled {
    /// The result that goes back to CloudFront.
    pub outcome: Outcome,
    /// The log line's fields.
    pub note: Note,
}

/// The fields of one invocation's log line. It never has cookies, addresses or query strings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    /// The release that was chosen; empty if there is none.
    pub release: String,
    /// One word that says why.
    pub reason: &'static str,
    /// The revision of the plan that decided.
    pub plan_revision: Option<u64>,
    /// One word that says how fresh that plan was (`fresh`, `stale`, `expired`, `fallback`, `none`).
    pub plan: Option<&'static str>,
    /// A problem that an operator should look at. It makes the line a warning.
    pub warning: Option<&'static str>,
}

/// Writes each log line to stdout as one JSON object, at Lambda's log level and above (default `INFO`).
pub(crate) fn init() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| level.parse().ok());
    let subscriber = fmt()
        .json()
        .flatten_event(true)
        .with_target(false)
        .with_current_span(false)
        .with_span_list(false)
        .with_max_level(level.unwrap_or(Level::INFO))
        .log_internal_errors(false)
        .with_writer(std::io::stdout)
        .finish();
    // If there already is a subscriber, it stays: a second call in one process changes nothing.
    let _ = tracing::subscriber::set_global_default(subscriber);
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

impl Note {
    /// The note of a decision that was made with the plan of `snapshot`.
    #[must_use]
    pub fn decided(decision: &Decision<'_>, snapshot: &Snapshot) -> Self {
        let release = decision.release.map(|release| release.id.to_string()).unwrap_or_default();
        Self { release, ..Self::answered(decision.reason.as_str(), snapshot) }
    }

    /// The note of a response that the function generated, for `reason`.
    #[must_use]
    pub fn answered(reason: &'static str, snapshot: &Snapshot) -> Self {
        Self {
            reason,
            plan_revision: snapshot.revision(),
            plan: Some(snapshot.freshness.as_str()),
            warning: stale_warning(snapshot.freshness),
            ..Self::default()
        }
    }

    /// The note of a request that passed through because there is no usable configuration.
    #[must_use]
    pub fn without_config() -> Self {
        let warning = Some("there is no usable configuration");
        Self { reason: "pass-through", warning, ..Self::default() }
    }

    /// Writes the log line of one invocation.
    pub(crate) fn write(&self, trigger: Trigger, request_id: &str, began: Instant) {
        let Self { release, reason, plan_revision, plan, warning } = self;
        let trigger = trigger.as_str();
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        match warning {
            None => tracing::info!(
                request_id,
                trigger,
                release,
                reason,
                plan_revision,
                plan,
                micros,
                "handled"
            ),
            Some(warning) => tracing::warn!(
                request_id,
                trigger,
                release,
                reason,
                plan_revision,
                plan,
                micros,
                warning,
                "handled"
            ),
        }
    }
}

fn stale_warning(freshness: Freshness) -> Option<&'static str> {
    match freshness {
        Freshness::Fresh | Freshness::Stale => None,
        Freshness::Expired => Some("the plan is older than its hard TTL"),
        Freshness::Fallback => Some("no plan was read: the fallback decides"),
        Freshness::None => Some("no plan was read, and there is no fallback"),
    }
}
