use edge_config::Config;
use edge_event::Request;
use edge_time::Timestamp;
use routing_core::{
    At, DecideAt, Decision, Kind, OverrideState, Source, classify, decide, override_state,
};

use crate::view::View;

/// A request, and the decision about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed<'p> {
    /// Whether the request is a page load.
    pub kind: Kind,
    /// The outcome of the override cookies, which are not read on a miss.
    pub forced: OverrideState<'p>,
    /// The release and the reason.
    pub decision: Decision<'p>,
}

/// Decides about `request` by `plan` and `config`, as the function at `at` does.
///
/// [`At::Viewer`] is viewer-request: everything that the viewer sent may decide. If the configuration
/// leaves the decision to origin-request, only an override counts. Without one, the decision is the one
/// that origin-request makes on a miss.
///
/// [`At::Miss`] is origin-request: only the path and the cookies decide, without a draw.
#[must_use]
pub fn decide_event<'p>(
    request: &Request,
    plan: Option<Source<'p>>,
    config: &Config,
    at: At,
    now: Timestamp,
) -> Routed<'p> {
    let (rules, document) = (&config.rules, plan.map(Source::plan));
    match at {
        At::Viewer => {
            let whole = View::whole(request);
            let seen = whole.request();
            let kind = classify(&seen, document, rules);
            let forced = override_state(&seen, document, rules, &config.keys, now);
            let (at, view) = deciding_view(request, rules.decide_at, forced);
            let seen = view.request();
            let deciding_kind = match at {
                At::Viewer => kind,
                At::Miss => classify(&seen, document, rules),
            };
            let decision = decide(&seen, deciding_kind, plan, at, rules, forced, now);
            Routed { kind, forced, decision }
        }
        At::Miss => {
            let cache_key = View::cache_key(request);
            let seen = cache_key.request();
            let (kind, forced) = (classify(&seen, document, rules), OverrideState::None);
            let decision = decide(&seen, kind, plan, At::Miss, rules, forced, now);
            Routed { kind, forced, decision }
        }
    }
}

/// Where the decision about a viewer's request is made, and the part of it that decides there.
pub(crate) fn deciding_view<'a>(
    request: &'a Request,
    decide_at: DecideAt,
    forced: OverrideState<'_>,
) -> (At, View<'a>) {
    match (decide_at, forced) {
        (DecideAt::ViewerRequest, _) | (DecideAt::OriginRequest, OverrideState::InForce(_)) => {
            (At::Viewer, View::whole(request))
        }
        (DecideAt::OriginRequest, OverrideState::None | OverrideState::Invalid(_)) => {
            (At::Miss, View::cache_key(request))
        }
    }
}
