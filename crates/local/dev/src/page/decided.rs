use std::sync::Arc;

use bytes::Bytes;
use cloudfront_sim::{Exchange, Step};
use edge_config::Config;
use edge_event::{Event, Trigger};
use edge_routing::{REASON_HEADER, RELEASE_HEADER, Routed, View, decide_event, reason_text};
use edge_time::Timestamp;
use routing_core::{At, Kind, Reason, Source, Stamp, classify};
use serde::Deserialize;
use serde_json::Value;

use super::desk::InForce;

/// What was decided for a viewer's request, as far as the functions' results tell.
#[derive(Debug, Clone, Default)]
pub(super) struct Decided {
    /// The release that the request was sent to; `None` for none.
    pub(super) release: Option<String>,
    /// The release that was decided, when the request was sent to another one in the end.
    pub(super) meant: Option<String>,
    /// One word: why.
    pub(super) reason: Option<&'static str>,
    /// Whether it was a page load.
    pub(super) is_document: bool,
    /// Whose plan explains it.
    pub(super) by: Option<By>,
}

/// Whose plan decided.
#[derive(Debug, Clone)]
pub(super) enum By {
    /// The parameter's.
    Stored(Arc<InForce>),
    /// The configuration's, since no plan could be read.
    Fallback,
}

/// What a function says of its decision.
struct Stamped {
    stamp: String,
    /// In words, if it says so.
    reason: Option<String>,
}

impl Decided {
    /// Reads the stamp that the functions left, and finds the plan that explains it among those that were in
    /// force, newest first: an edge location may not have the newest.
    pub(super) fn read(exchange: &Exchange, plans: &[Arc<InForce>], config: &Config) -> Self {
        let stamps: Vec<Stamped> = results(exchange).filter_map(|result| stamped(result)).collect();
        let (first, last) = (stamps.first(), stamps.last());
        let release = last.and_then(Stamped::release);
        let event = viewer_request(exchange);
        let explained = event.as_ref().zip(first).and_then(|(event, stamp)| {
            let mut candidates = candidates(plans, config);
            candidates.find_map(|(by, plan)| {
                Some((explain(event, stamp, plan, config, exchange.at)?, by))
            })
        });
        Self {
            meant: first.and_then(Stamped::release).filter(|meant| Some(meant) != release.as_ref()),
            release,
            reason: explained.as_ref().map(|(reason, _)| reason.as_str()),
            is_document: event.as_ref().is_some_and(|event| is_document(event, config)),
            by: explained.map(|(_, by)| by),
        }
    }
}

impl Stamped {
    fn release(&self) -> Option<String> {
        Stamp::parse(&self.stamp).map(|stamp| stamp.release().to_owned())
    }
}

/// The plans that may have decided.
fn candidates<'a>(
    plans: &'a [Arc<InForce>],
    config: &'a Config,
) -> impl Iterator<Item = (By, Source<'a>)> {
    let stored = plans.iter().map(|one| (By::Stored(Arc::clone(one)), Source::Stored(&one.plan)));
    stored.chain(config.fallback.iter().map(|plan| (By::Fallback, Source::Fallback(plan))))
}

/// Why `plan` gives this very stamp, by the viewer's request, or on a miss by what is in the cache key;
/// `None` if it gives another one, or for another reason.
fn explain(
    event: &Event,
    Stamped { stamp, reason }: &Stamped,
    plan: Source<'_>,
    config: &Config,
    now: Timestamp,
) -> Option<Reason> {
    let Routed { decision, .. } = decide_event(&event.request, Some(plan), config, At::Viewer, now);
    let is_it = decision.stamp().is_some_and(|given| given.to_string() == *stamp)
        && reason.as_ref().is_none_or(|reason| *reason == reason_text(&decision));
    is_it.then_some(decision.reason)
}

fn is_document(event: &Event, config: &Config) -> bool {
    let view = View::whole(&event.request);
    match classify(&view.request(), &config.rules) {
        Kind::Document => true,
        Kind::Subresource => false,
    }
}

/// What the functions returned, in order.
fn results(exchange: &Exchange) -> impl Iterator<Item = &Bytes> {
    exchange.steps.iter().filter_map(|step| match step {
        Step::Function { result: Ok(result), .. } => Some(result),
        Step::Function { result: Err(_), .. }
        | Step::Lookup { .. }
        | Step::Origin { .. }
        | Step::Kept { .. } => None,
    })
}

/// The viewer's request as CloudFront gave it to viewer-request.
pub(super) fn viewer_request(exchange: &Exchange) -> Option<Event> {
    exchange.steps.iter().find_map(|step| match step {
        Step::Function { trigger: Trigger::ViewerRequest, event, .. } => {
            serde_json::from_slice(event).ok()
        }
        Step::Function { .. } | Step::Lookup { .. } | Step::Origin { .. } | Step::Kept { .. } => {
            None
        }
    })
}

/// What a function wrote on the request that it returned; a response has nothing of it.
fn stamped(result: &[u8]) -> Option<Stamped> {
    #[derive(Deserialize)]
    struct Returned {
        headers: Value,
    }
    let Returned { headers } = serde_json::from_slice(result).ok()?;
    let value = |name: &str| Some(headers.get(name)?.get(0)?.get("value")?.as_str()?.to_owned());
    Some(Stamped { stamp: value(RELEASE_HEADER)?, reason: value(REASON_HEADER) })
}
