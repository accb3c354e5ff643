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
    let (whole, cache_key) = (View::whole(request), View::cache_key(request));
    let (rules, document) = (&config.rules, plan.map(Source::plan));
    match at {
        At::Viewer => {
            let seen = whole.request();
            let kind = classify(&seen, document, rules);
            let forced = override_state(&seen, document, rules, &config.keys, now);
            let decision = match (rules.decide_at, forced) {
                (DecideAt::ViewerRequest, _)
                | (DecideAt::OriginRequest, OverrideState::InForce(_)) => {
                    decide(&seen, kind, plan, At::Viewer, rules, forced, now)
                }
                (DecideAt::OriginRequest, OverrideState::None | OverrideState::Invalid(_)) => {
                    let seen = cache_key.request();
                    decide(
                        &seen,
                        classify(&seen, document, rules),
                        plan,
                        At::Miss,
                        rules,
                        forced,
                        now,
                    )
                }
            };
            Routed { kind, forced, decision }
        }
        At::Miss => {
            let seen = cache_key.request();
            let (kind, forced) = (classify(&seen, document, rules), OverrideState::None);
            let decision = decide(&seen, kind, plan, At::Miss, rules, forced, now);
            Routed { kind, forced, decision }
        }
    }
}
