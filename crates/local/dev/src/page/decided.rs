use std::sync::Arc;

use bytes::Bytes;
use cloudfront_sim::{Exchange, Step};
use edge_config::Config;
use edge_event::{Event, Trigger};
use edge_routing::{REASON_HEADER, RELEASE_HEADER, Routed, decide_event, reason_text};
use edge_time::Timestamp;
use routing_core::{At, Kind, Reason, Source, Stamp};
use serde::Deserialize;
use serde_json::Value;

use super::plan_history::PastPlan;

/// The decision about a viewer's request, read from the functions' results.
#[derive(Debug, Clone, Default)]
pub(super) struct Decided {
    /// The release that served the request.
    pub(super) release: Option<String>,
    /// The decided release, if another one served the request instead.
    pub(super) meant: Option<String>,
    /// The reason, in one word.
    pub(super) reason: Option<&'static str>,
    pub(super) is_document: bool,
    /// The plan that gives this decision.
    pub(super) by: Option<DecidingPlan>,
}

/// The plan that decided.
#[derive(Debug, Clone)]
pub(super) enum DecidingPlan {
    /// A plan of the parameter.
    Stored(Arc<PastPlan>),
    /// The configuration's `fallback`: no plan could be read.
    Fallback,
}

/// The decision as a function writes it into headers.
struct Stamped {
    stamp: String,
    /// From `REASON_HEADER`, which only some configurations send.
    reason: Option<String>,
}

impl Decided {
    /// Reads the functions' stamp, and finds the newest of `plans` that gives it. That need not be the newest
    /// of all, since an edge location may have an older plan.
    pub(super) fn read(exchange: &Exchange, plans: &[Arc<PastPlan>], config: &Config) -> Self {
        let stamps: Vec<Stamped> = results(exchange).filter_map(|result| stamped(result)).collect();
        let (first, last) = (stamps.first(), stamps.last());
        let release = last.and_then(Stamped::release);
        let event = viewer_request(exchange);
        let explained = event.as_ref().zip(first).and_then(|(event, stamp)| {
            let mut candidates = candidates(plans, config);
            candidates.find_map(|(by, plan)| {
                let (reason, kind) = explain(event, stamp, plan, config, exchange.at)?;
                Some((reason, kind, by))
            })
        });
        let kind = match (&explained, &event) {
            (Some((_, kind, _)), _) => Some(*kind),
            (None, Some(event)) => {
                let newest = candidates(plans, config).next().map(|(_, plan)| plan);
                Some(decide_event(&event.request, newest, config, At::Viewer, exchange.at).kind)
            }
            (None, None) => None,
        };
        Self {
            meant: first.and_then(Stamped::release).filter(|meant| Some(meant) != release.as_ref()),
            release,
            reason: explained.as_ref().map(|(reason, _, _)| reason.as_str()),
            is_document: kind == Some(Kind::Document),
            by: explained.map(|(_, _, by)| by),
        }
    }
}

impl Stamped {
    fn release(&self) -> Option<String> {
        Stamp::parse(&self.stamp).map(|stamp| stamp.release().to_owned())
    }
}

/// The plans that may have decided, newest first; the fallback comes last.
fn candidates<'a>(
    plans: &'a [Arc<PastPlan>],
    config: &'a Config,
) -> impl Iterator<Item = (DecidingPlan, Source<'a>)> {
    let stored =
        plans.iter().map(|one| (DecidingPlan::Stored(Arc::clone(one)), Source::Stored(&one.plan)));
    stored
        .chain(config.fallback.iter().map(|plan| (DecidingPlan::Fallback, Source::Fallback(plan))))
}

/// The reason why `plan` gives exactly this stamp, and the kind of the request. `None` if the plan gives another
/// stamp, or gives it for another reason.
fn explain(
    event: &Event,
    Stamped { stamp, reason }: &Stamped,
    plan: Source<'_>,
    config: &Config,
    now: Timestamp,
) -> Option<(Reason, Kind)> {
    let Routed { kind, decision, .. } =
        decide_event(&event.request, Some(plan), config, At::Viewer, now);
    let is_it = decision.stamp().is_some_and(|given| given.to_string() == *stamp)
        && reason.as_ref().is_none_or(|reason| *reason == reason_text(&decision));
    is_it.then_some((decision.reason, kind))
}

/// The results of the functions, in order.
fn results(exchange: &Exchange) -> impl Iterator<Item = &Bytes> {
    exchange.steps.iter().filter_map(|step| match step {
        Step::Function { result: Ok(result), .. } => Some(result),
        Step::Function { result: Err(_), .. }
        | Step::Lookup { .. }
        | Step::Origin { .. }
        | Step::Kept { .. } => None,
    })
}

/// The event of the viewer-request function.
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

/// The headers that a function wrote into the request it returned. Responses have none.
fn stamped(result: &[u8]) -> Option<Stamped> {
    #[derive(Deserialize)]
    struct Returned {
        headers: Value,
    }
    let Returned { headers } = serde_json::from_slice(result).ok()?;
    let value = |name: &str| Some(headers.get(name)?.get(0)?.get("value")?.as_str()?.to_owned());
    Some(Stamped { stamp: value(RELEASE_HEADER)?, reason: value(REASON_HEADER) })
}
