use std::sync::Arc;

use bytes::Bytes;
use cloudfront_sim::{Exchange, Step};
use edge_config::Config;
use edge_event::{Event, Trigger};
use edge_host::{KeyedView, RELEASE_HEADER, RequestView};
use routing_core::{
    DecideAt, Kind, OverrideState, Plan, Reason, Source, Stamp, Timestamp, classify, decide,
    override_state,
};
use serde::Deserialize;
use serde_json::Value;

/// What was decided for a viewer's request, as far as the functions' results tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Decided {
    /// The release that the request was sent to; `None` for none.
    pub(super) release: Option<String>,
    /// One word: why.
    pub(super) reason: Option<&'static str>,
    /// Whether it was a page load.
    pub(super) is_document: bool,
    /// The revision of the plan that explains it.
    pub(super) revision: Option<u64>,
}

impl Decided {
    /// Reads the stamp that the functions left, and finds the plan that explains it among those that were in
    /// force, newest first: an edge location may not have the newest.
    pub(super) fn read(exchange: &Exchange, plans: &[Arc<Plan>], config: &Config) -> Self {
        let stamps: Vec<String> = results(exchange).filter_map(|result| stamp(result)).collect();
        let (first, last) = (stamps.first(), stamps.last());
        let release = last.and_then(|stamp| Stamp::parse(stamp)).map(|it| it.release().to_owned());
        let event = viewer_request(exchange);
        let explained = event.as_ref().zip(first).and_then(|(event, stamp)| {
            plans.iter().find_map(|plan| explain(event, stamp, plan, config, exchange.at))
        });
        let is_document = event.as_ref().is_some_and(|event| is_document(event, config));
        Self {
            reason: explained.map(|(reason, _)| reason.as_str()),
            revision: explained.map(|(_, revision)| revision),
            release,
            is_document,
        }
    }
}

/// Why `plan` gives this very stamp, by the viewer's request, or on a miss by what is in the cache key;
/// `None` if it gives another one.
fn explain(
    event: &Event,
    stamp: &str,
    plan: &Plan,
    config: &Config,
    now: Timestamp,
) -> Option<(Reason, u64)> {
    let (whole, keyed) = (RequestView::new(&event.request), KeyedView::new(&event.request));
    let (whole, rules) = (whole.request(&event.request), &config.rules);
    let forced = override_state(&whole, Some(plan), rules, &config.keys, now);
    let keyed = keyed.request(&event.request);
    let request = match (rules.decide_at, forced) {
        (DecideAt::ViewerRequest, _) | (DecideAt::OriginRequest, OverrideState::InForce(_)) => {
            &whole
        }
        (DecideAt::OriginRequest, OverrideState::None | OverrideState::Invalid(_)) => &keyed,
    };
    let kind = classify(request, rules);
    let decision = decide(request, kind, Some(Source::Stored(plan)), rules, forced, now);
    let is_it = decision.stamp().is_some_and(|given| given.to_string() == stamp);
    is_it.then(|| (decision.reason, plan.revision()))
}

fn is_document(event: &Event, config: &Config) -> bool {
    let view = RequestView::new(&event.request);
    match classify(&view.request(&event.request), &config.rules) {
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

/// The stamp on a request that a function returned; a response has none.
fn stamp(result: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Returned {
        headers: Value,
    }
    let Returned { headers } = serde_json::from_slice(result).ok()?;
    Some(headers.get(RELEASE_HEADER)?.get(0)?.get("value")?.as_str()?.to_owned())
}
