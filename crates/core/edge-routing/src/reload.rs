use edge_config::Config;
use edge_event::Request;
use edge_time::Timestamp;
use routing_core::{At, DecideAt, Kind, OverrideState, Source, decide, override_state};
use serde::Serialize;

use crate::view::View;

/// The path where an application asks whether a reload would bring another release.
pub const RELOAD_PATH: &str = "/_r/";

/// The release that a page's requests get now, and the release that a page load would get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reload {
    /// The release of the page's assets and API calls; `None` without a plan.
    pub release: Option<String>,
    /// The release of a page load now.
    pub next: Option<String>,
}

/// Answers for the viewer who sent `request`.
#[must_use]
pub fn reload(
    request: &Request,
    plan: Option<Source<'_>>,
    config: &Config,
    now: Timestamp,
) -> Reload {
    let (whole, cache_key) = (View::whole(request), View::cache_key(request));
    let (seen, rules) = (whole.request(), &config.rules);
    let forced = override_state(&seen, plan.map(Source::plan), rules, &config.keys, now);
    let (at, seen) = match (rules.decide_at, forced) {
        // A pin that is not in the cache key has no effect there.
        (DecideAt::OriginRequest, OverrideState::None | OverrideState::Invalid(_)) => {
            (At::Miss, cache_key.request())
        }
        (DecideAt::ViewerRequest, _) | (_, OverrideState::InForce(_)) => (At::Viewer, seen),
    };
    let release = |kind| {
        let decision = decide(&seen, kind, plan, at, rules, forced, now);
        decision.release.map(|release| release.id.to_string())
    };
    Reload { release: release(Kind::Subresource), next: release(Kind::Document) }
}
